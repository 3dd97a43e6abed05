import type { ConsentStatus, FactRecord } from '../store/facts.ts';
import { hasExpired, lastWords, recordsOf, type RecordOf } from './last-words.ts';

/** What a source says last of a purpose in a channel, for people to read. What decides is `factsOf`. */
export interface ConsentState {
  readonly purpose: string;
  /** Undefined for what is said of every channel. */
  readonly channel: string | undefined;
  readonly source: string;
  readonly status: ConsentStatus | 'EXPIRED';
  /** The record that says so. */
  readonly record: RecordOf<'consent'>;
}

/** Of several words of the same moment, the first of these is shown. */
const strictestFirst: readonly ConsentState['status'][] = ['WITHDRAWN', 'DENIED', 'EXPIRED', 'GRANTED'];

/**
 * The state at `now` (in milliseconds) of what each source says last, by purpose, then channel (what is said of every one first),
 * then source. The same words count as in a decision, so a grant from the future is not shown yet.
 */
export function consentStates(records: readonly FactRecord[], now: number): readonly ConsentState[] {
  return lastWords(recordsOf(records, 'consent'), now, ({ purpose, channel, source }) => [purpose, channel, source])
    .flatMap((word) => word.records.map((record) => stateOf(record, now)).sort(byStrictness).slice(0, 1))
    .sort((one, other) => byText(one.purpose, other.purpose) || byText(one.channel, other.channel) || byText(one.source, other.source));
}

function stateOf(record: RecordOf<'consent'>, now: number): ConsentState {
  const { fact } = record;
  const status = fact.status === 'GRANTED' && hasExpired(fact, now) ? 'EXPIRED' : fact.status;
  return { purpose: fact.purpose, channel: fact.channel, source: fact.source, status, record };
}

/** Records of the same moment that say the same are told apart by when they were recorded, the latest first, then by id. */
function byStrictness(one: ConsentState, other: ConsentState): number {
  return strictestFirst.indexOf(one.status) - strictestFirst.indexOf(other.status)
    || other.record.recordedAt - one.record.recordedAt
    || byText(one.record.id, other.record.id);
}

function byText(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  return one < other ? -1 : 1;
}
