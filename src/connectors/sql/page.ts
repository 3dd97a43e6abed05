import type { Page } from '../connector.ts';
import { keyOf } from '../row.ts';
import { isCursorValue, readCursor, writeCursor, type Cursor } from './cursor.ts';
import type { RawRow } from './dialects/dialect.ts';
import type { Entity } from './settings.ts';

/** What a statement adds to a row's own columns: its value in the order, and its number among its kind. */
export const added = { cursor: 'gateway_cursor', place: 'gateway_place' } as const;

/** Which rows of an ordered set to take: by the column, then by the key, both in one direction; after the cursor, no more than `rows`. */
export interface Frame {
  readonly column: string | undefined;
  readonly descending: boolean;
  readonly after: Cursor | undefined;
  readonly rows: number;
}

/**
 * The frame of a page. Pages go on after the last row's place in the order, not at an offset: rows that come and go
 * meanwhile make none be skipped or shown twice, and a far page costs no more than a near one. There is one row more
 * than the page has, to tell whether another page follows.
 */
export function frameFor(order: { readonly column: string; readonly descending: boolean } | undefined, facts: {
  readonly entity: Entity;
  readonly page: Page;
  readonly pageSize: number;
}): Frame {
  const { entity, page, pageSize } = facts;
  // The key is in every order anyway, and SQL Server refuses to have a column there twice.
  const column = order?.column === entity.key ? undefined : order?.column;
  return {
    column,
    descending: order?.descending ?? false,
    after: page.at === undefined ? undefined : readCursor(page.at, column !== undefined),
    rows: Math.min(page.size, pageSize) + 1,
  };
}

/** Where the rows of a frame go on; undefined when they are all there is. The rows are as the database gave them. */
export function nextAfter(rows: readonly RawRow[], { column, rows: most }: Frame, { key }: Entity): string | undefined {
  const last = rows[most - 2];
  if (rows.length < most || last === undefined) return undefined;
  const value = last[added.cursor];
  return writeCursor({ key: keyOf(last[key]) ?? '', value: column !== undefined && isCursorValue(value) ? value : undefined });
}
