import type { Document } from 'mongodb';
import type { Page } from '../connector.ts';
import type { Fail } from '../failure.ts';
import { pick } from '../row.ts';
import { isCursorValue, readCursor, writeCursor, type Cursor } from './cursor.ts';

/** Which documents of an ordered set to take: by the path, then by `_id`, both in one direction; after the cursor, no more than `rows`. */
export interface Frame {
  readonly path: string | undefined;
  readonly descending: boolean;
  readonly after: Cursor | undefined;
  readonly rows: number;
}

/**
 * The frame of a page. Pages go on after the last document's place in the order, not with `skip`: documents that come and
 * go meanwhile make none be skipped or shown twice, and a far page costs no more than a near one. `_id` makes the order
 * total; the entity's key may be a path that nothing keeps unique. There is one document more than the page has, to tell
 * whether another page follows.
 */
export function frameFor(order: { readonly path: string; readonly descending: boolean } | undefined, page: Page, pageSize: number): Frame {
  return {
    path: order?.path === '_id' ? undefined : order?.path,
    descending: order?.descending ?? false,
    after: page.at === undefined ? undefined : readCursor(page.at),
    rows: Math.min(page.size, pageSize) + 1,
  };
}

/** The collection that the documents are of. */
interface Collected {
  readonly name: string;
  readonly fail: Fail;
}

/** Where the documents of a frame go on; undefined when they are all there is. They are as the server gave them. */
export function nextAfter(documents: readonly Document[], { path, rows }: Frame, { name, fail }: Collected): string | undefined {
  const last = documents[rows - 2];
  if (documents.length < rows || last === undefined) return undefined;
  const value = path === undefined ? undefined : pick(last, path.split('.'));
  const id: unknown = last['_id'];
  if (!isCursorValue(id) || !isCursorValue(value ?? null)) throw fail('SOURCE_MALFORMED', `${name}: a document has no place in the order`);
  return writeCursor({ id, value });
}
