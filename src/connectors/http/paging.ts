import { keyOf, pick } from '../row.ts';
import type { PagingSettings } from './settings.ts';

/** A place in a source's rows: a page of the source's own, and how many rows of it were given out already. */
export interface Place {
  readonly at: string | undefined;
  readonly skip: number;
}

/** An answer as far as paging looks at it. */
export interface PageAnswer {
  readonly answer: unknown;
  readonly rows: readonly unknown[];
  readonly keyPath: readonly string[];
  /** How many rows the source was asked for, or gives unasked. */
  readonly size: number;
  readonly at: string | undefined;
}

export interface Paging {
  /** What `{at}` stands for; undefined where the first page needs no word. */
  position(at: string | undefined): string | number | undefined;
  /** The next page's `at`; undefined after the last, and 'malformed' when the answer's word on it cannot be understood. */
  next(page: PageAnswer): Next;
}

export type Next = { readonly at: string | undefined } | 'malformed';

const wholeText = /^\d{1,15}$/;
const last: Next = { at: undefined };

/** The source's way of continuing. */
export function pagingOf(settings: PagingSettings | undefined): Paging {
  if (settings === undefined) return { position: () => undefined, next: () => last };
  if ('cursor' in settings) return cursorPaging(settings.cursor);
  return 'offset' in settings ? offsetPaging(settings.offset) : pagePaging(settings.page);
}

/** `at` as the connector gave it → the place that it stands for. Anything else is a caller's mistake. */
export function readPlace(at: string | undefined): Place {
  if (at === undefined) return { at: undefined, skip: 0 };
  const match = /^(\d+)\.(.*)$/s.exec(at);
  if (match?.[1] === undefined) throw new TypeError('a page\'s `at` is not one that this connector gave');
  return { at: match[2] === '' ? undefined : match[2], skip: Number(match[1]) };
}

/** A place as `at`. */
export function writePlace(place: Place): string {
  return `${place.skip}.${place.at ?? ''}`;
}

function cursorPaging(settings: Extract<PagingSettings, { cursor: unknown }>['cursor']): Paging {
  const position = (at: string | undefined): string | undefined => at;
  if (typeof settings === 'string') {
    return { position, next: ({ answer }) => textAt(answer, settings) };
  }
  return {
    position,
    next: ({ answer, rows, keyPath }) => {
      const more = flagAt(answer, settings.more);
      if (more !== true) return more === false ? last : 'malformed';
      const key = keyOf(pick(rows.at(-1), keyPath));
      return key === undefined ? 'malformed' : { at: key };
    },
  };
}

function offsetPaging(settings: Extract<PagingSettings, { offset: unknown }>['offset']): Paging {
  return {
    position: (at) => wholeNumber(at ?? '0'),
    next: ({ answer, rows, size, at }) => {
      const read = wholeNumber(at ?? '0') + rows.length;
      if (rows.length === 0) return last;
      if (settings === true) return rows.length < size ? last : { at: String(read) };
      const total = pick(answer, settings.total.split('.'));
      if (typeof total !== 'number') return 'malformed';
      return read < total ? { at: String(read) } : last;
    },
  };
}

function pagePaging(settings: Extract<PagingSettings, { page: unknown }>['page']): Paging {
  return {
    position: (at) => wholeNumber(at ?? String(settings.first)),
    next: ({ answer, rows, size, at }) => {
      const page = wholeNumber(at ?? String(settings.first));
      const following = { at: String(page + 1) };
      if (settings.next !== undefined) return numberAt(answer, settings.next);
      if (settings.more !== undefined) {
        const more = flagAt(answer, settings.more);
        if (more === undefined) return 'malformed';
        return more ? following : last;
      }
      if (settings.pages === undefined) return rows.length < size ? last : following;
      const pages = pick(answer, settings.pages.split('.'));
      if (typeof pages !== 'number') return 'malformed';
      return page - settings.first + 1 < pages ? following : last;
    },
  };
}

/** A cursor; null, false and the empty text are the usual ways to say that there is none. */
function textAt(answer: unknown, path: string): Next {
  const value = pick(answer, path.split('.'));
  if (value === undefined || value === '' || value === false) return last;
  const at = keyOf(value);
  return at === undefined ? 'malformed' : { at };
}

function numberAt(answer: unknown, path: string): Next {
  const next = textAt(answer, path);
  return next === 'malformed' || next.at === undefined || wholeText.test(next.at) ? next : 'malformed';
}

/** A flag that a source leaves out is false; one that is neither true nor false is undefined. */
function flagAt(answer: unknown, path: string): boolean | undefined {
  const value = pick(answer, path.split('.')) ?? false;
  return typeof value === 'boolean' ? value : undefined;
}

function wholeNumber(text: string): number {
  if (!wholeText.test(text)) throw new TypeError('a page\'s `at` is not one that this connector gave');
  return Number(text);
}
