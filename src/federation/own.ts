import { anAnswer, denial } from './answer.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned } from './plan.ts';

type Own = Extract<Planned, { kind: 'own' }>;

/** The answer to a field that the gateway fills itself: data that is there already, cut to what is selected and permitted. */
export function answerOwn(context: OperationContext, planned: Own, data: unknown): unknown {
  if (data === undefined || data === null) return null;
  if (Array.isArray(data)) return data.map((item: unknown) => answerOwn(context, planned, item));
  const fields = planned.below.get(planned.field.type);
  if (fields === undefined || typeof data !== 'object') return data;
  const answer = anAnswer(planned.field.type);
  for (const one of fields) {
    if (one.kind === 'own') answer[one.field.responseKey] = answerOwn(context, one, (data as Readonly<Record<string, unknown>>)[one.field.name]);
    else if (one.kind === 'denied') answer[one.field.responseKey] = denial(one.field.at, one.decision, context.caller.kind);
  }
  return answer;
}
