import type { CustomerRights, Rights } from '../../authorization/rights.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import type { Planned } from './plan.ts';
import { projectionOf, type Projection } from './projection.ts';
import { isSettled, settle } from './settle.ts';

/** The plan of one selection of `Customer`, as far as caller and purpose decide it. */
export interface CustomerPlan {
  /** What may depend on the customer is open in it. */
  readonly fields: readonly Planned[];
  /** True where what is known of a customer decides on some of it. */
  readonly dependsOnCustomer: boolean;
  /** For one customer: nothing of it is open. What is known of her is asked for only if something was. */
  settled(rights: Rights, customer: LinkedCustomer): Promise<SettledPlan>;
}

export interface SettledPlan {
  readonly fields: readonly Planned[];
  /** What has to be asked of each entity. */
  readonly projection: Projection;
}

/** The planned fields of a customer; settled once for all customers of whom the same is known. */
export function customerPlan(planned: readonly Planned[]): CustomerPlan {
  const sameForAll = isSettled(planned) ? planOf(planned) : undefined;
  const settled = new Map<CustomerRights, SettledPlan>();
  return {
    fields: planned,
    dependsOnCustomer: sameForAll === undefined,
    async settled(rights, customer) {
      if (sameForAll !== undefined) return sameForAll;
      const hers = await rights.of(customer);
      const known = settled.get(hers) ?? planOf(settle(planned, hers));
      settled.set(hers, known);
      return known;
    },
  };
}

function planOf(fields: readonly Planned[]): SettledPlan {
  return { fields, projection: projectionOf(fields) };
}
