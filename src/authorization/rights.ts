import type { Caller } from '../caller/caller.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import { factsOf } from '../consent/facts-of.ts';
import { coordinate, type Coordinate } from '../ids.ts';
import type { LinkedCustomer } from '../store/links.ts';
import type { Action, Decider, Decision, EarlyDecision } from './decision.ts';

/** Seeing a customer at all is decided for this field. */
export const sight: Coordinate = coordinate('Customer', 'id');

/** What the caller may do with the data of customers of whom the same is known; one object for all of them. */
export interface CustomerRights {
  readonly facts: CustomerFacts;
  readonly sees: boolean;
  /** Whether a field of hers may be read. */
  reads(field: Coordinate): Decision;
}

/** What one caller may do for one purpose in one operation. */
export interface Rights {
  /** What caller and purpose alone decide. */
  early(action: Action, field: Coordinate): EarlyDecision;
  /** True when it depends on the customer whether she is seen: then nothing may tell who is refused from who is not there. */
  readonly seesSomeOnly: boolean;
  /** Of a customer, knowing what is known of her. */
  of(customer: LinkedCustomer): Promise<CustomerRights>;
  /** For data of the gateway's own that is about no customer. */
  readonly ofNobody: CustomerRights;
}

/** Opens the rights of one operation. Customers' facts are as of `now`. */
export function openRights(deps: {
  readonly decider: Decider;
  readonly caller: Caller;
  readonly purpose: string;
  readonly purposes: PurposeRegistry;
  readonly selected: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Rights {
  const { decider, caller, purpose, purposes, selected, now } = deps;
  const question = (action: Action, field: Coordinate): Parameters<Decider['byCaller']>[0] => ({ caller, purpose, action, field, selected });
  const byFacts = new Map<string, CustomerRights>();
  const rightsOf = (facts: CustomerFacts): CustomerRights => ({
    facts,
    sees: decider.byCustomer(question('see', sight), facts).kind === 'allow',
    reads: (field) => decider.byCustomer(question('read', field), facts),
  });
  const shared = (facts: CustomerFacts): CustomerRights => {
    const key = JSON.stringify(facts);
    const rights = byFacts.get(key) ?? rightsOf(facts);
    byFacts.set(key, rights);
    return rights;
  };
  return {
    early: (action, field) => decider.byCaller(question(action, field)),
    seesSomeOnly: decider.byCaller(question('see', sight)).kind === 'open',
    of: async ({ members }) => shared(factsOf(members.flatMap(({ facts }) => facts), { purposes, now })),
    // Where nobody's data is asked for, nobody's consent is missing.
    ofNobody: shared({ consents: [purpose], objections: [], restriction: undefined, regions: [], partners: [] }),
  };
}
