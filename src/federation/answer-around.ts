import type { LinkedCustomer } from '../store/links.ts';
import { anAnswer, denial, type Answer } from './answer.ts';
import type { Resolve } from './identified.ts';
import type { OperationContext } from './operation-context.ts';
import { answerOwn } from './own.ts';
import type { PlannedAround } from './plan-roots.ts';

/** The answer to an object of the gateway's own that has customers among its fields: those are resolved like any other. */
export async function answerAround(context: OperationContext, type: string, plan: PlannedAround, data: {
  readonly own: Readonly<Record<string, unknown>>;
  /** By field name. */
  readonly customers: Readonly<Record<string, LinkedCustomer | undefined>>;
  readonly resolve: Resolve;
}): Promise<Answer> {
  const answer = anAnswer(type);
  for (const one of plan.own) {
    if (one.kind === 'own') answer[one.field.responseKey] = answerOwn(context, one, data.own[one.field.name]);
    else if (one.kind === 'denied') answer[one.field.responseKey] = denial(one.field.at, one.decision, context.caller.kind);
  }
  await Promise.all([...plan.customers].map(async ([field, customer]) => {
    const linked = data.customers[field.name];
    if (customer instanceof Error) answer[field.responseKey] = customer;
    else answer[field.responseKey] = linked === undefined ? null : await data.resolve(customer, linked);
  }));
  return answer;
}
