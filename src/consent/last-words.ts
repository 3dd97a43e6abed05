import { unreachable } from '../errors.ts';
import type { Fact, FactRecord } from '../store/facts.ts';

type FactOf<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** A record of one kind of fact. */
export type RecordOf<Kind extends Fact['kind']> = FactRecord & { readonly fact: FactOf<Kind> };

/** Whether something lets her data be used, or keeps from it. */
export type Stance = 'permits' | 'refuses';

/** What is said last of one matter. */
export interface Word<Kind extends Fact['kind']> {
  readonly stance: Stance;
  /** The records that say it: of the same moment, and all of this stance. */
  readonly records: readonly [RecordOf<Kind>, ...RecordOf<Kind>[]];
}

/** The records of one kind of fact. */
export function recordsOf<Kind extends Fact['kind']>(records: readonly FactRecord[], kind: Kind): readonly RecordOf<Kind>[] {
  return records.filter((record): record is RecordOf<Kind> => record.fact.kind === kind);
}

/**
 * The last word at `now` (in milliseconds) on each matter, in no order. What belongs to one matter has the same `matterOf`.
 *
 * The latest counts by when it was collected; of several from the same moment, those that refuse. What permits and is from the
 * future does not count yet, as if it were not there; what refuses counts already: clocks of sources differ, and a word too
 * early does less harm than one too late.
 */
export function lastWords<Kind extends Fact['kind']>(
  records: readonly RecordOf<Kind>[],
  now: number,
  matterOf: (fact: FactOf<Kind>) => readonly (string | undefined)[],
): readonly Word<Kind>[] {
  if (records.length === 0) return none;
  const counting = records.filter(({ fact }) => fact.at <= now || stanceOf(fact, now) === 'refuses');
  // As of most customers: what is alone is a matter of its own.
  const [first, another] = counting;
  if (first === undefined) return none;
  if (another === undefined) return [{ stance: stanceOf(first.fact, now), records: [first] }];
  return [...Map.groupBy(counting, ({ fact }) => JSON.stringify(matterOf(fact))).values()].flatMap((group) => lastWord(group, now));
}

const none = [] as const;

/** True when all agree to permit, and there is somebody to agree: unknown is no. */
export function allPermit(words: readonly { readonly stance: Stance }[]): boolean {
  return words.length > 0 && words.every(({ stance }) => stance === 'permits');
}

function lastWord<Kind extends Fact['kind']>(records: readonly RecordOf<Kind>[], now: number): readonly Word<Kind>[] {
  const last = records.reduce((at, { fact }) => Math.max(at, fact.at), -Infinity);
  const latest = records.filter(({ fact }) => fact.at === last);
  const refusing = latest.filter(({ fact }) => stanceOf(fact, now) === 'refuses');
  const [first, ...others] = refusing.length > 0 ? refusing : latest;
  return first === undefined ? [] : [{ stance: refusing.length > 0 ? 'refuses' : 'permits', records: [first, ...others] }];
}

/** What has run out refuses. */
function stanceOf(fact: Fact, now: number): Stance {
  switch (fact.kind) {
    case 'consent':
      return fact.status === 'GRANTED' && !hasExpired(fact, now) ? 'permits' : 'refuses';
    case 'objection':
    case 'restriction':
      return fact.status === 'LIFTED' ? 'permits' : 'refuses';
    case 'relation':
      return fact.status === 'HOLDS' && !hasExpired(fact, now) ? 'permits' : 'refuses';
    default:
      return unreachable(fact);
  }
}

/** True from the moment on at which it expires. */
export function hasExpired({ expiresAt }: { readonly expiresAt?: number | undefined }, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}
