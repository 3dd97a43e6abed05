import { LRUCache } from 'lru-cache';
import type { Rights } from '../../authorization/rights.ts';
import type { SelectedField } from '../../selection/select.ts';
import { soon, type Soon } from '../../soon.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import type { Planned } from './plan.ts';
import { projectionOf, type Projection } from './projection.ts';
import { inOrder, type FieldsInOrder } from './in-order.ts';
import { isSettled, settle } from './settle.ts';

/** The plan of one selection of `Customer`, as far as caller and purpose decide it. */
export interface CustomerPlan {
  /** What may depend on the customer is open in it. */
  readonly fields: readonly Planned[];
  /** True where what is known of a customer decides on some of it. */
  readonly dependsOnCustomer: boolean;
  /** For one customer: nothing of it is open. What is known of her is asked for only if something was. */
  settled(rights: Rights, customer: LinkedCustomer): Soon<SettledPlan>;
}

export interface SettledPlan {
  readonly fields: readonly Planned[];
  readonly inOrder: FieldsInOrder;
  /** What has to be asked of each entity. */
  readonly projection: Projection;
}

/**
 * The plans of what is selected of customers. A plan is a pure function of the selection and of the rights with one key, and is
 * made once for them, whoever asks; it has nothing of any customer but what is known of her to decide by, which many share.
 */
export interface CustomerPlans {
  of(selected: readonly SelectedField[], rights: Pick<Rights, 'key'>, plan: () => readonly Planned[]): CustomerPlan;
}

/** How many classes of callers and purposes are remembered for one selection, and how many states of knowledge for each of them. */
const remembered = { rights: 100, facts: 1000 };

/** Opens them; what has not been asked for longest is forgotten. */
export function openCustomerPlans(): CustomerPlans {
  const plans = new WeakMap<readonly SelectedField[], LRUCache<string, CustomerPlan>>();
  return {
    of(selected, rights, plan) {
      const known = plans.get(selected) ?? new LRUCache({ max: remembered.rights });
      plans.set(selected, known);
      const made = known.get(rights.key);
      if (made !== undefined) return made;
      const fresh = customerPlan(plan());
      known.set(rights.key, fresh);
      return fresh;
    },
  };
}

/** The planned fields of a customer; settled once for all customers of whom the same is known. */
function customerPlan(planned: readonly Planned[]): CustomerPlan {
  const sameForAll = isSettled(planned) ? planOf(planned) : undefined;
  const settled = new LRUCache<string, SettledPlan>({ max: remembered.facts });
  return {
    fields: planned,
    dependsOnCustomer: sameForAll === undefined,
    settled: (rights, customer) => sameForAll ?? soon(rights.of(customer), (hers) => {
      const known = settled.get(hers.key);
      if (known !== undefined) return known;
      const made = planOf(settle(planned, hers));
      settled.set(hers.key, made);
      return made;
    }),
  };
}

function planOf(fields: readonly Planned[]): SettledPlan {
  return { fields, inOrder: inOrder(fields), projection: projectionOf(fields) };
}
