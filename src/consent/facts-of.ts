import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { FactRecord, Relation } from '../store/facts.ts';
import type { CustomerFacts } from './customer-facts.ts';
import { allPermit, lastWords, recordsOf, type RecordOf, type Word } from './last-words.ts';

/**
 * What is recorded of a customer, those who were merged with her included → what a decision may know of her at `now`.
 *
 * Of each source the latest word counts, and across sources the most restrictive: one that refuses outweighs any number that
 * permit. Unknown is no. Purposes that are not registered are left out.
 */
export function factsOf(records: readonly FactRecord[], { purposes, now, emergency = false }: {
  readonly purposes: PurposeRegistry;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly emergency?: boolean;
}): CustomerFacts {
  const registered = (names: readonly string[]): readonly string[] => (names.length === 0 ? none : [...new Set(names)].filter((name) => purposes.has(name)).sort());
  const except = exceptionsOf(recordsOf(records, 'restriction'), now);
  const relations = recordsOf(records, 'relation');
  return {
    consents: registered(consentedOf(recordsOf(records, 'consent'), purposes, now)),
    objections: registered(objectionsOf(recordsOf(records, 'objection'), now)),
    restriction: except === undefined ? undefined : { except: registered(except) },
    regions: partiesOf(relations, 'REGION', now),
    partners: partiesOf(relations, 'PARTNER', now),
    emergency,
  };
}

const none: readonly never[] = [];

/** The purposes for which consent is in force. */
function consentedOf(records: readonly RecordOf<'consent'>[], purposes: PurposeRegistry, now: number): readonly string[] {
  const [first, another] = records;
  if (first === undefined) return none;
  const isGiven = (purpose: string, said: readonly RecordOf<'consent'>[]): boolean => inForce(said, { channel: purposes.get(purpose)?.channel, now }).length > 0;
  // As of most customers.
  if (another === undefined) return isGiven(first.fact.purpose, records) ? [first.fact.purpose] : none;
  return [...Map.groupBy(records, ({ fact }) => fact.purpose)].filter(([purpose, said]) => isGiven(purpose, said)).map(([purpose]) => purpose);
}

/** The records by which consent for a purpose is in force at `now`; none where it is not. */
export function consentInForce(records: readonly FactRecord[], { purpose, purposes, now }: {
  readonly purpose: string;
  readonly purposes: PurposeRegistry;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): readonly RecordOf<'consent'>[] {
  return inForce(recordsOf(records, 'consent').filter(({ fact }) => fact.purpose === purpose), { channel: purposes.get(purpose)?.channel, now });
}

/**
 * What makes consent for one purpose hold, in its channel or as a whole. A word without a channel is meant for every one. So what
 * is said of a single channel neither gives consent as a whole nor leaves it whole when it refuses.
 */
function inForce(records: readonly RecordOf<'consent'>[], { channel, now }: { readonly channel: string | undefined; readonly now: number }): readonly RecordOf<'consent'>[] {
  const said = ({ records: all }: Word<'consent'>): readonly RecordOf<'consent'>[] => all;
  if (channel !== undefined) {
    const relevant = records.filter(({ fact }) => fact.channel === undefined || fact.channel === channel);
    const words = lastWords(relevant, now, ({ source }) => [source]);
    return allPermit(words) ? words.flatMap(said) : [];
  }
  const words = lastWords(records, now, (fact) => [fact.source, fact.channel]);
  const isWhole = allPermit(words) && words.some(({ records: [{ fact }] }) => fact.channel === undefined);
  return isWhole ? words.flatMap(said) : [];
}

function objectionsOf(records: readonly RecordOf<'objection'>[], now: number): readonly string[] {
  return lastWords(records, now, ({ source, purpose }) => [source, purpose])
    .flatMap(({ stance, records: [{ fact }] }) => (stance === 'refuses' ? [fact.purpose] : []));
}

/** Undefined where nothing restricts her; else what every restriction that holds makes an exception of. */
function exceptionsOf(records: readonly RecordOf<'restriction'>[], now: number): readonly string[] | undefined {
  return lastWords(records, now, ({ source }) => [source])
    .flatMap(({ stance, records: said }) => (stance === 'refuses' ? said.map(({ fact }) => fact.except) : []))
    .reduce<readonly string[] | undefined>((common, except) => common?.filter((purpose) => except.includes(purpose)) ?? except, undefined);
}

/** With whom a relation holds: somebody says so, and nobody that it has ended or run out. */
function partiesOf(records: readonly RecordOf<'relation'>[], relation: Relation['relation'], now: number): readonly string[] {
  if (records.length === 0) return none;
  const words = lastWords(records.filter(({ fact }) => fact.relation === relation), now, ({ source, party }) => [source, party]);
  return [...Map.groupBy(words, ({ records: [{ fact }] }) => fact.party)].filter(([, said]) => allPermit(said)).map(([party]) => party).sort();
}
