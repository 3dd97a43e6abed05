import type { CallerColumn } from '../explain/caller-columns.ts';
import type { Matrix } from '../explain/matrix.ts';
import { columnName } from './column-name.ts';
import { paint } from './print.ts';
import { csvOf, printTable } from './table.ts';
import type { Output } from './tools.ts';

type Cell = Matrix['rows'][number]['cells'][number];

/** Prints who may do what: rights in rows, grouped by type, and numbered classes of callers in columns. */
export function printMatrix(output: Output, { columns, idle, rows }: Matrix): void {
  printTable(output, ['', 'callers'], columns.map((column, place) => [String(place + 1), columnName(column)]));
  if (idle.length > 0) output.write(`  ${paint(output, 'dim', `${idle.length} other classes of callers may do nothing`)}\n`);
  const table = [...Map.groupBy(rows, ({ right: { action, field } }) => (action === 'read' ? (field.split('.')[0] ?? '') : action))].flatMap(([group, found]) => [
    [group],
    ...found.map(({ right, cells }) => [`  ${right.action === 'read' ? (right.field.split('.')[1] ?? '') : right.field}`, ...cells.map(cellText)]),
  ]);
  printTable(output, ['', ...columns.map((_, place) => String(place + 1))], table);
  output.write(`${paint(output, 'dim', `  yes: as it is; a name: by that mask; -: denied; empty: does not exist for them.
  Depends on the customer: c consent, o objection, r restriction, g region, p partner, e an emergency that is stated`)}\n`);
}

/** The same as CSV, a right of a class of callers in each line. */
export function writeMatrixCsv(output: Output, { columns, rows }: Matrix): void {
  output.write(csvOf(['kind', 'audience', 'roles', 'scopes', 'regions', 'purpose', 'action', 'field', 'outcome', 'if'], rows.flatMap(({ right, cells }) =>
    cells.map(({ outcome, needs }, place) => [...callerOf(columns[place]), right.action, right.field, outcome, needs.map(({ words }) => words).join('; ')]))));
}

function callerOf(column: CallerColumn | undefined): readonly string[] {
  if (column === undefined) return [];
  const { caller: { kind, audience, roles, scopes, regions }, purpose } = column;
  return [kind, audience, roles.join(' '), scopes.join(' '), regions.join(' '), purpose];
}

const letters: Readonly<Record<Cell['needs'][number]['kind'], string>> = { consent: 'c', objection: 'o', restriction: 'r', region: 'g', partner: 'p', emergency: 'e' };

function cellText({ outcome, needs }: Cell): string {
  if (outcome === 'absent') return '';
  if (outcome === 'deny') return '-';
  const on = [...new Set(needs.map(({ kind }) => letters[kind]))].join('');
  return `${outcome === 'plain' ? 'yes' : outcome}${on === '' ? '' : ` ${on}`}`;
}
