import type { Grants } from '../access/grants.ts';
import type { Caller } from '../caller/caller.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import { consentInForce, factsOf } from '../consent/facts-of.ts';
import type { RecordOf } from '../consent/last-words.ts';
import { coordinate, type Coordinate } from '../ids.ts';
import { soon, type Soon } from '../soon.ts';
import type { FactRecord } from '../store/facts.ts';
import type { LinkedCustomer } from '../store/links.ts';
import { classKey, type Action, type Decider, type Decision, type EarlyDecision, type Question } from './decision.ts';

/** Seeing a customer at all is decided for this field. */
export const sight: Coordinate = coordinate('Customer', 'id');

/** What the caller may do with the data of customers of whom the same is known; one object for all of them. */
export interface CustomerRights {
  /** One text for what is known. */
  readonly key: string;
  readonly facts: CustomerFacts;
  readonly sees: boolean;
  /** Whether a field of hers may be read. */
  reads(field: Coordinate): Decision;
}

/** What one caller may do for one purpose in one operation. */
export interface Rights {
  /** Rights with one key let the same be done with customers of whom the same is known. */
  readonly key: string;
  /** What caller and purpose alone decide. */
  early(action: Action, field: Coordinate): EarlyDecision;
  /** The same for any purpose, as if the caller had been granted the field or not. */
  elsewhere(purpose: string, action: Action, field: Coordinate, granted: boolean): EarlyDecision;
  /** Whether the caller has stated an emergency of this customer. */
  inEmergency(customer: LinkedCustomer): boolean;
  /** Whether an emergency of this customer lets the caller see her. */
  seesInEmergency(customer: LinkedCustomer): boolean;
  /** What policies look at beside roles. */
  readonly heeds: Decider['heeds'];
  /** True when it depends on the customer whether she is seen: then nothing may tell who is refused from who is not there. */
  readonly seesSomeOnly: boolean;
  /** Whether a customer is seen at all. No source is asked for it. */
  sees(customer: LinkedCustomer): boolean;
  /** What is stored of a customer. No source is asked for it, and so a consent that a source decides on is missing. */
  stored(customer: LinkedCustomer): CustomerFacts;
  /** Of a customer, knowing what is known of her. */
  of(customer: LinkedCustomer): Soon<CustomerRights>;
  /** Of every customer of whom this is known. */
  under(facts: CustomerFacts): CustomerRights;
  /** The records of the consent without which less would be told of her; none where the purpose needs no consent. */
  reliedOn(customer: LinkedCustomer): Soon<readonly RecordOf<'consent'>[]>;
  /** For data of the gateway's own that is about no customer. */
  readonly ofNobody: CustomerRights;
}

/** Who asks, why, for what kinds of data, and with what beyond her roles. */
export interface Asking extends Pick<Question, 'caller' | 'purpose' | 'selected'> {
  readonly grants: Grants;
}

/** What is asked of the policies; only reading is granted. */
export function questionOf({ caller, purpose, selected, grants }: Asking, action: Action, field: Coordinate): Question {
  return { caller, purpose, action, field, selected, granted: action === 'read' && grants.fields.has(field) };
}

/** Opens the rights of one operation. Customers' facts are as of `now`. */
export function openRights(deps: {
  readonly decider: Decider;
  readonly caller: Caller;
  readonly purpose: string;
  readonly purposes: PurposeRegistry;
  readonly selected: readonly string[];
  /** What the caller has been given beyond her roles for the purpose. */
  readonly grants: Grants;
  /** What of consent to this purpose is not in the store but has to be asked of sources; undefined where nothing is. */
  readonly askFacts: ((customer: LinkedCustomer) => Promise<readonly FactRecord[]>) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Rights {
  const { decider, caller, purpose, purposes, grants, askFacts, now } = deps;
  const question = (action: Action, field: Coordinate): Question => questionOf(deps, action, field);
  /**
   * Who is refused costs no call to a source, as somebody who is not there costs none. So whether she is seen is decided before
   * sources are asked what she consents to, and until they are asked they count as having said no.
   */
  const withoutAsking = (facts: CustomerFacts): CustomerFacts =>
    (askFacts === undefined ? facts : { ...facts, consents: facts.consents.filter((consented) => consented !== purpose) });
  const sightOf = (stored: CustomerFacts): boolean => decider.byCustomer(question('see', sight), stored).kind === 'allow';
  const byFacts = new Map<string, CustomerRights>();
  const rightsOf = (facts: CustomerFacts, key: string): CustomerRights => ({
    key, facts,
    sees: sightOf(withoutAsking(facts)),
    reads: (field) => decider.byCustomer(question('read', field), facts),
  });
  const shared = (facts: CustomerFacts): CustomerRights => {
    const key = JSON.stringify(facts);
    const rights = byFacts.get(key) ?? rightsOf(facts, key);
    byFacts.set(key, rights);
    return rights;
  };
  const emergencyOf = ({ members }: LinkedCustomer): boolean => grants.emergencies.size > 0 && members.some(({ id }) => grants.emergencies.has(id));
  const stored = (customer: LinkedCustomer): CustomerFacts => withoutAsking(factsOf(factsRecordedOf(customer), { purposes, now, emergency: emergencyOf(customer) }));
  const asked = askFacts === undefined ? factsRecordedOf
    : oncePerCustomer((customer) => askFacts(customer).then((said) => [...factsRecordedOf(customer), ...said]));
  const of = oncePerCustomer((customer) => soon(asked(customer), (records) => shared(factsOf(records, { purposes, now, emergency: emergencyOf(customer) }))));
  const early = decider.byCaller(question('see', sight)).kind;
  return {
    key: JSON.stringify([classKey(caller), purpose, deps.selected, [...grants.fields].sort()]),
    early: (action, field) => decider.byCaller(question(action, field)),
    elsewhere: (other, action, field, granted) => decider.byCaller({ caller, purpose: other, action, field, selected: [], granted }),
    inEmergency: emergencyOf,
    seesInEmergency: (customer) => sightOf({ ...stored(customer), emergency: true }),
    heeds: decider.heeds,
    seesSomeOnly: early === 'open',
    stored,
    sees: (customer) => (early === 'open' ? sightOf(stored(customer)) : early === 'allow'),
    of,
    under: shared,
    reliedOn: (customer) => (purposes.get(purpose)?.legalBasis === 'consent' ? soon(asked(customer), (records) => consentInForce(records, { purpose, purposes, now })) : []),
    // Where nobody's data is asked for, nobody's consent is missing.
    ofNobody: shared({ consents: [purpose], objections: [], restriction: undefined, regions: [], partners: [], emergency: false }),
  };
}

function factsRecordedOf({ members }: LinkedCustomer): readonly FactRecord[] {
  const [only, another] = members;
  return another === undefined ? only.facts : members.flatMap(({ facts }) => facts);
}

/** Computes something of a customer when it is first asked for. */
function oncePerCustomer<Value>(compute: (customer: LinkedCustomer) => Soon<Value>): (customer: LinkedCustomer) => Soon<Value> {
  const known = new Map<LinkedCustomer, Soon<Value>>();
  return (customer) => {
    const before = known.get(customer);
    if (before !== undefined) return before;
    const value = compute(customer);
    known.set(customer, value);
    return value;
  };
}
