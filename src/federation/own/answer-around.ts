import type { CustomerRights } from '../../authorization/rights.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import { anAnswer, denial, type Answer } from '../answer.ts';
import { answerDenied } from '../answer-decided.ts';
import type { Resolve } from '../roots/identified.ts';
import type { OperationContext } from '../operation-context.ts';
import { answerOwn } from './answer-own.ts';
import type { PlannedAround, PlannedCustomer } from '../plan/plan-roots.ts';
import { settle } from '../plan/settle.ts';

/**
 * The answer to an object of the gateway's own that has customers among its fields: those are resolved like any other. The
 * object is about one of them, whose facts decide on its own fields.
 */
export async function answerAround(context: OperationContext, type: string, plan: PlannedAround, data: {
  readonly own: Readonly<Record<string, unknown>>;
  readonly about: LinkedCustomer | undefined;
  /** By field name. */
  readonly customers: Readonly<Record<string, LinkedCustomer | undefined>>;
  readonly resolve: Resolve;
}): Promise<Answer> {
  const answer = anAnswer(type);
  for (const one of settle(plan.own, await rightsOf(context, data.about))) {
    if (one.kind === 'own') answer[one.field.responseKey] = answerOwn(context, one, data.own[one.field.name]);
    else if (one.kind === 'denied') answer[one.field.responseKey] = answerDenied(context, one);
  }
  await Promise.all(plan.customers.map(async (planned) => {
    answer[planned.field.responseKey] = await answerCustomer(context, planned, data.customers[planned.field.name], data.resolve);
  }));
  return answer;
}

async function answerCustomer(context: OperationContext, { field, plan }: PlannedCustomer, customer: LinkedCustomer | undefined, resolve: Resolve): Promise<unknown> {
  const rights = await rightsOf(context, customer);
  const decision = rights.reads(field.at);
  if (decision.kind === 'deny') return denial(field.at, decision, context.caller.kind);
  return customer !== undefined && rights.sees ? resolve(plan, customer) : null;
}

async function rightsOf({ rights }: OperationContext, customer: LinkedCustomer | undefined): Promise<CustomerRights> {
  return customer === undefined ? rights.ofNobody : rights.of(customer);
}
