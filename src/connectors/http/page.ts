import type { Row } from '../connector.ts';
import type { Told } from './ask.ts';
import type { Fail } from '../failure.ts';
import type { HttpEntity, PagedOperation } from './operations.ts';
import { writePlace, type Place } from './paging.ts';

/** Where the source continues after this answer; undefined after its last page. */
export function continueAt(facts: {
  readonly operation: PagedOperation;
  readonly told: Extract<Told, { kind: 'rows' }>;
  readonly entity: HttpEntity;
  readonly size: number;
  readonly place: Place;
  readonly fail: Fail;
}): string | undefined {
  const { operation, told, entity, place, fail } = facts;
  const { label, uses } = operation.request;
  // A source that is not told a size gives pages of its own, which the deployment has declared.
  const size = uses.has('size') ? facts.size : operation.pageSize;
  const next = operation.paging.next({ answer: told.answer, rows: told.rows, keyPath: entity.key, size, at: place.at });
  if (next === 'malformed') throw fail('SOURCE_MALFORMED', `${label} does not say understandably whether there is more`);
  if (next.at !== undefined && next.at === place.at) throw fail('SOURCE_MALFORMED', `${label} continues where it was`);
  return next.at;
}

export interface OnePage {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/** Cuts a page out of the source's own: a source that gives more rows than were wanted gives the rest on the next page. */
export function pageOf(rows: readonly Row[], place: Place, size: number, next: string | undefined): OnePage {
  const end = place.skip + size;
  if (rows.length > end) return { rows: rows.slice(place.skip, end), next: writePlace({ at: place.at, skip: end }) };
  return { rows: place.skip === 0 ? rows : rows.slice(place.skip), next: next === undefined ? undefined : writePlace({ at: next, skip: 0 }) };
}
