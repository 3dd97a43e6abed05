import type { CallerColumn } from '../explain/caller-columns.ts';
import type { Matrix } from '../explain/matrix.ts';
import { paint } from './print.ts';
import { csvOf, printTable } from './table.ts';
import type { Output } from './tools.ts';

type Row = Matrix['rows'][number];
type Cell = Row['cells'][number];

/** Prints who may do what: for each audience a table, with numbered classes of callers in columns, and rights in rows. */
export function printMatrix(output: Output, { columns, idle, rows }: Matrix): void {
  for (const audience of new Set(columns.map(({ caller }) => caller.audience))) {
    const places = [...columns.keys()].filter((place) => columns[place]?.caller.audience === audience);
    printAudience(output, audience, {
      columns: columns.filter((_, place) => places.includes(place)),
      rows: rows.map(({ right, cells }) => ({ right, cells: cells.filter((_, place) => places.includes(place)) })).filter(({ cells }) => cells.some(({ outcome }) => outcome !== 'absent')),
    });
  }
  const { scopes = [], regions = [] } = columns[0]?.caller ?? {};
  const brought = [...scopes, ...regions];
  if (brought.length > 0) output.write(`${paint(output, 'dim', `each with the scopes and regions that policies name: ${brought.join(' ')}`)}\n`);
  if (idle.length > 0) output.write(`${paint(output, 'dim', `${idle.length} other classes of callers may do no more than those without a role, or nothing`)}\n`);
  output.write(`${paint(output, 'dim', `yes: as it is; a name: by that mask; -: denied; ask: denied, and a grant would open it.
Depends on the customer: c consent, o objection, r restriction, g region, p partner, e an emergency that is stated`)}\n`);
}

function printAudience(output: Output, audience: string, { columns, rows }: Pick<Matrix, 'columns' | 'rows'>): void {
  // Classes of callers that may do the same share a column, and fields of a type that are the same for all share a row.
  const shared = [...Map.groupBy(columns.keys(), (place) => JSON.stringify(rows.map(({ cells }) => cells[place]))).values()];
  const numbers = shared.map((_, place) => String(place + 1));
  output.write(`${paint(output, 'green', audience)}\n`);
  printTable(output, ['', 'callers', 'purposes'], shared.flatMap((places, number) =>
    [...Map.groupBy(places.flatMap((place) => columns[place] ?? []), callerName)].map(([name, found]) => [numbers[number] ?? '', name, found.map(({ purpose }) => purpose).join(' ')])));
  const cellsOf = ({ cells }: Row): readonly string[] => shared.map(([place = 0]) => cellText(cells[place]));
  printTable(output, [...numbers, 'fields'], [...Map.groupBy(rows, groupOf)].flatMap(([group, found]) => [...Map.groupBy(found, (row) => cellsOf(row).join()).values()].map((alike) => {
    const names = alike.length === found.length && alike.length > many ? `all ${alike.length}` : alike.map(({ right: { action, field } }) => (action === 'approve' ? field : field.split('.')[1])).join(' ');
    return [...alike.slice(0, 1).flatMap(cellsOf), `${group}: ${names}`];
  })));
}

/** Of a type that is the same throughout not so many fields are named. */
const many = 6;

/** All but the purpose, the audience, and what every column brings. */
function callerName({ caller: { kind, roles } }: CallerColumn): string {
  return roles.length === 0 ? kind : `${kind} ${roles.join('+')}`;
}

/** `Invoice` for what is read, `lookup Customer` for what is done otherwise; what is approved is mostly the same for all types. */
function groupOf({ right: { action, field } }: Row): string {
  const [type = ''] = field.split('.');
  return action === 'read' ? type : action === 'approve' ? action : `${action} ${type}`;
}

/** The same as CSV, a right of a class of callers in each line. */
export function writeMatrixCsv(output: Output, { columns, rows }: Matrix): void {
  output.write(csvOf(['kind', 'audience', 'roles', 'scopes', 'regions', 'purpose', 'action', 'field', 'outcome', 'if', 'grantable'], rows.flatMap(({ right, cells }) =>
    cells.map(({ outcome, needs, grantable }, place) =>
      [...callerOf(columns[place]), right.action, right.field, outcome, needs.map(({ words }) => words).join('; '), grantable ? 'yes' : '']))));
}

function callerOf(column: CallerColumn | undefined): readonly string[] {
  if (column === undefined) return [];
  const { caller: { kind, audience, roles, scopes, regions }, purpose } = column;
  return [kind, audience, roles.join(' '), scopes.join(' '), regions.join(' '), purpose];
}

const letters: Readonly<Record<Cell['needs'][number]['kind'], string>> = { consent: 'c', objection: 'o', restriction: 'r', region: 'g', partner: 'p', emergency: 'e' };

function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell.outcome === 'absent') return '';
  if (cell.outcome === 'deny') return cell.grantable ? 'ask' : '-';
  const on = [...new Set(cell.needs.map(({ kind }) => letters[kind]))].join('');
  return `${cell.outcome === 'plain' ? 'yes' : cell.outcome}${on === '' ? '' : ` ${on}`}`;
}
