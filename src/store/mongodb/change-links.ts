import { unreachable } from '../../errors.ts';
import type { CustomerRef } from '../links.ts';
import type { ChangeRefusal, LinkChange } from '../stewardship.ts';
import { planLink } from './link-record.ts';
import { healCircle, planMerge, planUnmerge } from './merge.ts';
import { planMove } from './move.ts';
import type { Plan, Planning } from './plan.ts';
import type { ReadCustomers } from './read-customers.ts';
import { planSeparate } from './separate.ts';

/** Looks at what a change finds, and plans it or says why it is not made. Nothing is written but what a crash left wrong. */
export async function planChange(change: LinkChange, deps: Pick<Planning, 'tables' | 'clock' | 'newId' | 'begun'> & { readonly read: ReadCustomers }): Promise<Plan | ChangeRefusal> {
  const [customer, into] = await deps.read([change.customer, ...(change.kind === 'merge' ? [change.into] : [])].map((id): CustomerRef => ({ kind: 'id', id })));
  if (customer === undefined) return 'UNKNOWN_CUSTOMER';
  await healCircle(deps.tables, customer.id);
  const planning = { ...deps, customer, group: customer.members.map(({ id }) => id) };
  switch (change.kind) {
    case 'link':
      return planLink(planning, change.link);
    case 'merge':
      return into === undefined ? 'UNKNOWN_CUSTOMER' : planMerge(planning, into.id);
    case 'unmerge':
      return planUnmerge(planning, change.customer);
    case 'separate':
      return planSeparate(planning, change.record);
    case 'move':
      return planMove(planning, change);
    default:
      return unreachable(change);
  }
}
