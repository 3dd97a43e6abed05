import { paint } from './print.ts';
import type { Output } from './tools.ts';

/** Prints rows under a head, each column as wide as it needs. */
export function printTable(output: Output, { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly Readonly<Record<string, string | undefined>>[] }): void {
  const cell = (row: Readonly<Record<string, string | undefined>>, column: string): string => row[column] ?? '';
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => cell(row, column).length)));
  const line = (cells: readonly string[]): string => cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ').trimEnd();
  output.write(`${paint(output, 'dim', line(columns))}\n`);
  for (const row of rows) output.write(`${line(columns.map((column) => cell(row, column)))}\n`);
}
