import { expect } from '@jest/globals';
import fc from 'fast-check';
import { factsOf } from '../../../src/consent/facts-of.ts';
import type { CustomerFacts } from '../../../src/consent/customer-facts.ts';
import { customerId } from '../../../src/ids.ts';
import type { Consent, Fact, FactRecord } from '../../../src/store/facts.ts';
import { aConsent, anObjection, aPurposeRegistry, aRecord, aRelation, aRestriction } from '../../fixtures/facts.ts';

export const now = 5;
const purposes = aPurposeRegistry({ mail: 'email', all: null });

/** What is known by the rules: consent is needed for `mail` by e-mail, for `all` as a whole. */
export const known = (records: readonly FactRecord[], at = now): CustomerFacts => factsOf(records, { purposes, now: at });

// So few sources, purposes and moments that records meet: most of what is wrong shows only where they do.
const at = fc.integer({ min: 0, max: 9 });
const source = fc.constantFrom('crm', 'shop', 'desk');
const expiresAt = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 2 });
const consentOf = (...purpose: readonly string[]): fc.Arbitrary<Consent> => fc.record({
  at, source, purpose: fc.constantFrom(...purpose), channel: fc.constantFrom(undefined, 'email', 'phone'), expiresAt,
  status: fc.constantFrom('GRANTED' as const, 'GRANTED' as const, 'GRANTED' as const, 'DENIED' as const, 'WITHDRAWN' as const),
}).map(aConsent);
const objection = fc.record({ at, source, purpose: fc.constantFrom('mail', 'all', 'unregistered'), status: fc.constantFrom('OBJECTED' as const, 'LIFTED' as const) }).map(anObjection);
const restriction = fc.record({ at, source, except: fc.subarray(['all', 'mail', 'unregistered']), status: fc.constantFrom('RESTRICTED' as const, 'LIFTED' as const) }).map(aRestriction);
const relation = fc.record({
  at, source, expiresAt, relation: fc.constantFrom('PARTNER' as const, 'REGION' as const), party: fc.constantFrom('acme', 'EU'),
  status: fc.constantFrom('HOLDS' as const, 'HOLDS' as const, 'ENDED' as const),
}).map(aRelation);

/** Any fact. */
export const fact: fc.Arbitrary<Fact> = fc.oneof({ arbitrary: consentOf('mail', 'all', 'unregistered'), weight: 3 }, objection, restriction, relation);

/** Facts as they were recorded, one after the other, some at the same moment. */
const recorded = (facts: readonly Fact[]): readonly FactRecord[] =>
  facts.map((one, place) => aRecord(customerId('a'), String(place).padStart(2, '0'), one, { recordedAt: place % 3 }));
const historyOf = (arbitrary: fc.Arbitrary<Fact>): fc.Arbitrary<readonly FactRecord[]> => fc.array(arbitrary, { maxLength: 8, size: 'max' }).map(recorded);

/** All that was recorded of somebody. */
export const history = historyOf(fact);
/** The same, where only that is said. */
export const consentHistory = (...purpose: readonly [string, ...string[]]): fc.Arbitrary<readonly FactRecord[]> => historyOf(consentOf(...purpose));
export const restrictionHistory = historyOf(restriction);
export const relationHistory = historyOf(relation);

/** A record that no history has. */
export const another = (one: Fact): FactRecord => aRecord(customerId('a'), 'another', one);
/** What was recorded by one source. */
export const by = (told: readonly FactRecord[], name: string): readonly FactRecord[] => told.filter((record) => record.fact.source === name);
/** All sources of a history. */
export const sourcesOf = (told: readonly FactRecord[]): readonly string[] => [...new Set(told.map((record) => record.fact.source))];
/** True for what keeps from using her data by its word alone. */
export const isRestrictive = ({ status }: Fact): boolean => ['DENIED', 'WITHDRAWN', 'OBJECTED', 'RESTRICTED', 'ENDED'].includes(status);
/** True for what has run out. */
export const hasRunOut = (one: Fact): boolean => 'expiresAt' in one && (one.expiresAt ?? Infinity) <= now;

/** Checks a law with very many histories. It tells of each whether it had something to say there, and there must be enough of these. */
export function holds<Values extends [unknown, ...unknown[]]>(arbitraries: { [Place in keyof Values]: fc.Arbitrary<Values[Place]> }, law: (...values: Values) => boolean): void {
  let met = 0;
  fc.assert(fc.property(...arbitraries, (...values: Values) => {
    if (law(...values)) met += 1;
  }), { numRuns: 2_000 });
  expect(met).toBeGreaterThan(5);
}
