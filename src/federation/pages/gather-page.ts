import type { Page } from '../../connectors/connector.ts';
import { SourceError } from '../../errors.ts';
import type { SourceName } from '../../ids.ts';
import { soon, type Soon } from '../../soon.ts';
import type { Position } from './cursor.ts';

/** One source's rows of a connection, page by page. */
export interface Stream<Row> {
  readonly source: SourceName;
  /** What the rows belong to; empty for a list of all. */
  readonly key: string;
  /** The largest page that the source gives. */
  readonly pageSize: number;
  readonly fetch: (page: Page) => Soon<Fetched<Row>>;
  /** Says of each row whether it may be shown; undefined where all may. */
  readonly shows?: ((rows: readonly Row[]) => Promise<readonly boolean[]>) | undefined;
}

type Fetched<Row> =
  | { readonly kind: 'rows'; readonly rows: readonly Row[]; readonly next: string | undefined }
  | { readonly kind: 'failed'; readonly error: SourceError };

/** A row with the position behind it. */
export interface Entry<Row> {
  readonly source: SourceName;
  readonly row: Row;
  readonly behind: Position;
}

export type Gathered<Row> =
  | {
      readonly kind: 'page';
      readonly entries: readonly Entry<Row>[];
      readonly hasNext: boolean;
      /** Where to go on, if it is not behind the last entry: time ran out among rows that may not be shown. */
      readonly end: Position | undefined;
    }
  | { readonly kind: 'failed'; readonly error: SourceError };

/** A source that goes on giving empty pages is left after this many. */
const maxEmptyPages = 10;

/**
 * Takes `first` rows from streams that follow one another, from a position on. It works over cursors, offsets and page
 * numbers alike: a position names a page by what the source calls it, the size it was asked with, and a place within it.
 *
 * Rows that may not be shown are as if they were not there: it fetches on until the page is full and it is known whether
 * another row to show follows, or until it is `late`.
 */
export function gatherPage<Row>(
  streams: readonly Stream<Row>[],
  first: number,
  from: Position | undefined,
  late: () => boolean = () => false,
): Soon<Gathered<Row>> {
  const [only, another] = streams;
  if (only === undefined || another !== undefined || from !== undefined || only.shows !== undefined) return gatherAll(streams, first, from, late);
  // As most pages are: the first of a stream that has them all.
  const { size, at } = firstOf(only, first);
  return soon(only.fetch({ size, at }), (result) => {
    if (result.kind === 'failed') return result;
    if (result.next === undefined && result.rows.length <= first) return { kind: 'page', entries: entriesOf(only, result.rows, size), hasNext: false, end: undefined };
    return gatherAll(streams, first, from, late, result);
  });
}

function entriesOf<Row>({ source, key }: Stream<Row>, rows: readonly Row[], size: number): readonly Entry<Row>[] {
  return rows.map((row, index) => ({ source, row, behind: { source, key, at: undefined, size, skip: index + 1 } }));
}

/** `come` is the first page, where it has been fetched already. */
async function gatherAll<Row>(streams: readonly Stream<Row>[], first: number, from: Position | undefined, late: () => boolean, come?: Fetched<Row>): Promise<Gathered<Row>> {
  let before = come;
  const entries: Entry<Row>[] = [];
  const start = from === undefined ? 0 : streams.findIndex((stream) => startsAt(stream, from));
  for (const stream of start < 0 ? [] : streams.slice(start)) {
    let position: Position | undefined = from !== undefined && startsAt(stream, from) ? from : firstOf(stream, first);
    let empty = 0;
    while (position !== undefined) {
      const result: Fetched<Row> = before ?? await stream.fetch({ size: position.size, at: position.at });
      before = undefined;
      if (result.kind === 'failed') return result;
      const page: Position = position;
      const following: Position | undefined = result.next === undefined ? undefined : { ...page, at: result.next, skip: 0 };
      const shown = stream.shows === undefined ? undefined : await stream.shows(result.rows);
      for (const [index, row] of result.rows.entries()) {
        if (index < page.skip || shown?.[index] === false) continue;
        if (entries.length === first) return { kind: 'page', entries, hasNext: true, end: undefined };
        const last = index === result.rows.length - 1;
        entries.push({ source: stream.source, row, behind: last && following !== undefined ? following : { ...page, skip: index + 1 } });
      }
      if (entries.length === first && following !== undefined && shown === undefined) return { kind: 'page', entries, hasNext: true, end: undefined };
      empty = result.rows.length === 0 ? empty + 1 : 0;
      if (empty > maxEmptyPages) {
        return { kind: 'failed', error: new SourceError({ code: 'SOURCE_MALFORMED', source: stream.source, message: 'only empty pages' }) };
      }
      position = following;
      if (position !== undefined && shown !== undefined && late()) return { kind: 'page', entries, hasNext: true, end: position };
    }
  }
  return { kind: 'page', entries, hasNext: false, end: undefined };
}

function startsAt({ source, key }: Pick<Position, 'source' | 'key'>, from: Position): boolean {
  return source === from.source && key === from.key;
}

/** What is asked of a stream first. Where rows may be left out, pages are as large as they come: how many it takes cannot be known. */
export function firstOf({ source, key, pageSize, shows }: Pick<Stream<never>, 'source' | 'key' | 'pageSize' | 'shows'>, first: number): Position {
  return { source, key, at: undefined, size: Math.max(1, shows === undefined ? Math.min(first, pageSize) : pageSize), skip: 0 };
}
