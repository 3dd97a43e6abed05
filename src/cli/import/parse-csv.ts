import { parse } from 'csv-parse/sync';
import type { Line } from '../split-lines.ts';

/** A line's cells, or why it has none. */
export type Cells = { readonly line: number; readonly cells: readonly string[] } | { readonly line: number; readonly reason: string };

/**
 * Parses lines of CSV (RFC 4180), each by itself: a key has no line ends, so a quote that nobody closed must not swallow what
 * follows. Lines that are all good are parsed in one go, which is ten times as fast; otherwise one by one.
 */
export function parseCsv(lines: readonly Line[], delimiter: string): readonly Cells[] {
  const texts = lines.map(textOf);
  const together = lines.every(({ complete }) => complete) ? recordsIn(texts.join(''), delimiter) : undefined;
  // A record takes a line or more: as many records as lines means that each is a line.
  if (typeof together === 'object' && together.length === lines.length) return together.map((cells, index) => ({ line: lines[index]?.number ?? 0, cells }));
  return lines.map(({ number: line, complete }, index) => {
    if (!complete) return { line, reason: 'longer than a row can be' };
    const records = recordsIn(texts[index] ?? '', delimiter);
    if (typeof records === 'string') return { line, reason: records };
    const [cells] = records;
    return cells === undefined ? { line, reason: 'unterminated quote' } : { line, cells };
  });
}

function recordsIn(text: string, delimiter: string): readonly (readonly string[])[] | string {
  try {
    return parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'CSV_QUOTE_NOT_CLOSED' ? 'unterminated quote' : 'a quote within a value that is not quoted as a whole';
  }
}

/** The text of a line with one end, whichever it had. */
function textOf({ bytes }: Line): string {
  const text = bytes.toString();
  return `${text.endsWith('\r') ? text.slice(0, -1) : text}\n`;
}
