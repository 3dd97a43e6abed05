import type { ReadResult } from '../connectors/connector.ts';
import { SourceError } from '../errors.ts';
import type { SourceName } from '../ids.ts';

/** What a read gave for the key that a link names. */
export type ReadInPlace = Exclude<ReadResult, { kind: 'moved' }>;

/** Takes a record that has moved for a failure: no link follows it yet, and under the old key it is nobody's to be shown. */
export function movedAsFailure(source: SourceName, result: ReadResult): ReadInPlace {
  if (result.kind !== 'moved') return result;
  const message = 'the record was merged into one with another key';
  return { kind: 'failed', error: new SourceError({ code: 'SOURCE_MALFORMED', source, message }) };
}
