import type { CustomerRights } from '../authorization/rights.ts';
import type { Planned } from './plan.ts';
import { projectionOf, type Projection } from './projection.ts';
import { settle } from './settle.ts';

/** The plan of one selection of `Customer`, as far as caller and purpose decide it. */
export interface CustomerPlan {
  /** For customers of whom the same is known: nothing of it is open. */
  settled(rights: CustomerRights): SettledPlan;
}

export interface SettledPlan {
  readonly fields: readonly Planned[];
  /** What has to be asked of each entity. */
  readonly projection: Projection;
}

/** The planned fields of a customer; settled once for all customers of whom the same is known. */
export function customerPlan(planned: readonly Planned[]): CustomerPlan {
  const settled = new Map<CustomerRights, SettledPlan>();
  return {
    settled(rights) {
      const known = settled.get(rights) ?? planOf(settle(planned, rights));
      settled.set(rights, known);
      return known;
    },
  };
}

function planOf(fields: readonly Planned[]): SettledPlan {
  return { fields, projection: projectionOf(fields) };
}
