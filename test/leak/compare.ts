import type { Draft } from './documents.ts';
import type { Piece } from './pieces.ts';
import type { Reply } from './stage.ts';

/** What differs between two things that must not differ; undefined where nothing does. */
export function differenceOf(one: Reply & { readonly calls: string }, other: Reply & { readonly calls: string }): string | undefined {
  const pairs = [
    ['status', String(one.status), String(other.status)],
    ['headers', headersOf(one), headersOf(other)],
    ['body', timeless(one.body), timeless(other.body)],
    ['calls to sources', one.calls, other.calls],
  ] as const;
  const differing = pairs.filter(([, mine, theirs]) => mine !== theirs);
  return differing.length === 0 ? undefined : differing.map(([what, mine, theirs]) => `${what}:\n  ${around(mine, theirs)}\n  ${around(theirs, mine)}`).join('\n');
}

/** Of a text, what lies around the place where another one differs. */
function around(text: string, other: string): string {
  const place = Array.from(text, (_, index) => text[index] === other[index]).indexOf(false);
  return text.length < 600 ? text : text.slice(Math.max(0, place - 200), place + 300);
}

/** Calls are compared where customers are named. A list is fetched on over those who are not shown. */
export function sameForAll({ roots }: Draft): boolean {
  const lists = (pieces: readonly Piece[]): boolean => pieces.some((piece) => {
    if (piece.kind === 'field') return piece.name === 'customers';
    return lists(piece.kind === 'on' ? piece.below : piece.fragment.below);
  });
  return !lists(roots);
}

function headersOf({ headers }: Reply): string {
  const own = new Set(['date', 'x-request-id']);
  return JSON.stringify(Object.entries(headers).filter(([name]) => !own.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Without the time of day, which the markers' centuries are far from, and of cursors no more than their length. */
function timeless(body: string): string {
  return body.replaceAll(/"20\d\d-\d\d-\d\dT[\d:.]+Z"/g, '"now"').replaceAll(/"[A-Za-z0-9_-]{40,}"/g, (cursor) => `"${cursor.length} characters"`);
}
