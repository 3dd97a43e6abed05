import { getNamedType, type GraphQLError } from 'graphql';
import { denial, Masked } from './answer.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned } from './plan/plan.ts';
import type { Trace } from './trace.ts';

type DeniedField = Extract<Planned, { kind: 'denied' }>;

/** Customers of whom the same is known share a plan, and so do requests: what is denied in it is told by one error. */
const denials = new WeakMap<DeniedField, GraphQLError>();

/**
 * What stands in place of a field that was denied. A partner is told nothing of what depended on the customer: the reason would
 * say that she exists, and what she said.
 */
export function answerDenied(
  { caller }: Pick<OperationContext, 'caller'>,
  denied: DeniedField,
  trace?: Trace,
): GraphQLError | null {
  const { field, decision, sources, dependsOnCustomer, alsoAsk } = denied;
  if (dependsOnCustomer && caller.kind === 'partner') return null;
  for (const source of sources) trace?.answered(source, 'DENIED');
  const error = denials.get(denied) ?? denial(field.at, decision, caller.kind, alsoAsk);
  denials.set(denied, error);
  return error;
}

/** A leaf's value as it may be shown: as it is, or built anew by its mask. */
export function masked(
  { mask: show, caller }: Pick<OperationContext, 'mask' | 'caller'>,
  { mask, field }: Pick<Extract<Planned, { kind: 'value' | 'own' }>, 'mask' | 'field'>,
  value: unknown,
): unknown {
  if (mask === undefined || value === null || value === undefined || value instanceof Error) return value;
  const shown = show(mask, getNamedType(field.definition.type).name, value, caller.audience);
  return shown === null || shown === undefined ? null : new Masked(shown, mask);
}
