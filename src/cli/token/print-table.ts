import { paint } from '../print.ts';
import type { Output } from '../tools.ts';

/** Prints rows under the names of their columns, those of the first row; or what there is to say of none. */
export function printTable(output: Output, rows: readonly Readonly<Record<string, string>>[], none: string): void {
  const [first] = rows;
  if (first === undefined) return output.write(`${none}\n`);
  const columns = Object.keys(first);
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd();
  output.write(`${paint(output, 'dim', line(columns))}\n`);
  for (const row of rows) output.write(`${line(columns.map((column) => row[column] ?? ''))}\n`);
}
