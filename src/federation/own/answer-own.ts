import { anAnswer } from '../answer.ts';
import { answerDenied, masked } from '../answer-decided.ts';
import type { OperationContext } from '../operation-context.ts';
import type { Planned } from '../plan/plan.ts';

type Own = Extract<Planned, { kind: 'own' }>;

/** The answer to a field that the gateway fills itself: data that is there already, cut to what is selected and permitted. */
export function answerOwn(context: OperationContext, planned: Own, data: unknown): unknown {
  if (data === undefined || data === null) return null;
  if (data instanceof Error) return data;
  const fields = planned.below.get(planned.field.type);
  if (fields === undefined) return masked(context, planned, data);
  if (Array.isArray(data)) return data.map((item: unknown) => answerOwn(context, planned, item));
  const answer = anAnswer(planned.field.type);
  for (const one of fields) {
    if (one.kind === 'own') answer[one.field.responseKey] = answerOwn(context, one, (data as Readonly<Record<string, unknown>>)[one.field.name]);
    else if (one.kind === 'denied') answer[one.field.responseKey] = answerDenied(context, one);
    else throw new Error(`nobody fills ${one.field.at}`);
  }
  return answer;
}
