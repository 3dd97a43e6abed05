import { paint } from './print.ts';
import type { Output } from './tools.ts';

/** Prints rows under the names of their columns, aligned; the last column is as long as it likes. */
export function printTable(output: Output, columns: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = columns.map((name, place) => Math.max(name.length, ...rows.map((row) => row[place]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join('  ').trimEnd();
  output.write(`${paint(output, 'dim', line(columns))}\n`);
  for (const row of rows) output.write(`${line(row)}\n`);
}

/** Prints records under the names of their members; what a record has not is left empty. */
export function printRecords(output: Output, columns: readonly string[], records: readonly Readonly<Record<string, string | undefined>>[]): void {
  printTable(output, columns, records.map((record) => columns.map((name) => record[name] ?? '')));
}

/** Rows as CSV (RFC 4180), the names of the columns first. */
export function csvOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
