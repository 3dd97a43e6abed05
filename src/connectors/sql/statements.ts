import { sql, type CompiledQuery } from 'kysely';
import type { Comparison } from '../row.ts';
import type { Fragment, Grammar } from './dialects/dialect.ts';
import { added, type Frame } from './page.ts';
import type { Entity, Listing, Look } from './settings.ts';

/** A list's filter with its value, which fits its type. */
export interface Condition extends Pick<Listing['filters'][string], 'column' | 'op' | 'type'> {
  readonly value: string;
}

/** The statements that one entity's operations need. Each is a single `select` that names the columns it wants. */
export interface Statements {
  read(columns: readonly string[], keys: readonly string[]): CompiledQuery;
  match(columns: readonly string[], what: { readonly look: Look; readonly values: readonly string[]; readonly frame: Frame }): CompiledQuery;
  list(columns: readonly string[], what: { readonly conditions: readonly Condition[]; readonly frame: Frame }): CompiledQuery;
}

/** Compiles an entity's statements for one database. */
export function statementsFor(entity: Entity, schema: string | undefined, grammar: Grammar): Statements {
  const { compiler, value } = grammar;
  const table = sql.id(...(schema === undefined || entity.table.length > 1 ? entity.table : [schema, ...entity.table]));
  const key = sql.id(entity.key);
  const fixed = Object.entries(entity.where).map(([column, wanted]) => fixedCondition(column, wanted));

  // SQLite and SQL Server name a column in the result as they like, unless they are told.
  const select = (columns: readonly string[], extra: readonly Fragment[] = []): Fragment =>
    sql`select ${list([...columns.map((column) => sql`${sql.id(column)} as ${sql.id(column)}`), ...extra])}`;
  const from = (conditions: readonly Fragment[]): Fragment => {
    const all = [...fixed, ...conditions];
    return all.length === 0 ? sql` from ${table}` : sql` from ${table} where ${sql.join(all, sql` and `)}`;
  };
  const cursorOf = ({ column }: Frame): readonly Fragment[] =>
    column === undefined ? [] : [sql`${grammar.asCursor(sql.id(column))} as ${sql.id(added.cursor)}`];
  const orderOf = ({ column, descending }: Frame): Fragment => {
    const by = descending ? sql` desc` : sql` asc`;
    return sql`order by ${list([...(column === undefined ? [] : [sql.id(column)]), key].map((each) => sql`${each}${by}`))}`;
  };
  const page = (columns: readonly string[], conditions: readonly Fragment[], frame: Frame): CompiledQuery =>
    compiler.compile(sql`${select(columns, cursorOf(frame))}${from([...conditions, ...after(frame)])} ${orderOf(frame)} ${grammar.first(frame.rows)}`);

  return {
    read: (columns, keys) => compiler.compile(sql`${select(columns)}${from([among(key, keys.map((text) => value(text, entity.keyType)))])}`),

    match: (columns, { look, values, frame }) => {
      const operand = operandOf(sql.id(look.column), look.compare);
      const condition = among(operand, values.flatMap((text) => formsOf(text, look.compare).map((form) => operandOfValue(value(form, look.type), look.compare))));
      if (values.length === 1) return page(columns, [condition], frame);
      // Each value has its own page, and a column's own collation may call two values equal that are not: numbered apart, neither fills up the other's page.
      const group = look.type === 'text' ? grammar.exactly(operand) : operand;
      const place = sql`row_number() over (partition by ${group} ${orderOf(frame)}) as ${sql.id(added.place)}`;
      const rows = sql`${select(columns, [...cursorOf(frame), place])}${from([condition, ...after(frame)])}`;
      return compiler.compile(sql`select * from (${rows}) ${sql.id('gateway_rows')} where ${sql.id(added.place)} <= ${sql.lit(frame.rows)} order by ${sql.id(added.place)}`);
    },

    list: (columns, { conditions, frame }) =>
      page(columns, conditions.map((each) => sql`${sql.id(each.column)} ${sql.raw(operators[each.op])} ${value(each.value, each.type)}`), frame),
  };

  /** Null has a place in the order but equals and exceeds nothing, so that it needs conditions of its own. */
  function after({ column, descending, after: cursor }: Frame): readonly Fragment[] {
    if (cursor === undefined) return [];
    const beyond = descending ? sql`<` : sql`>`;
    const keyBeyond = sql`${key} ${beyond} ${value(cursor.key, entity.keyType)}`;
    if (column === undefined) return [keyBeyond];
    const ordered = sql.id(column);
    const nullsLast = (grammar.nulls === 'last') !== descending;
    if (cursor.value === null) {
      const amongNulls = sql`${ordered} is null and ${keyBeyond}`;
      return [nullsLast ? amongNulls : sql`(${ordered} is not null or (${amongNulls}))`];
    }
    const further = sql`${ordered} ${beyond} ${cursor.value} or (${ordered} = ${cursor.value} and ${keyBeyond})`;
    return [nullsLast ? sql`(${further} or ${ordered} is null)` : sql`(${further})`];
  }
}

const operators: Readonly<Record<Condition['op'], string>> = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

function fixedCondition(column: string, wanted: Entity['where'][string]): Fragment {
  if (wanted === null) return sql`${sql.id(column)} is null`;
  return Array.isArray(wanted) ? among(sql.id(column), wanted.map((each) => sql`${each}`)) : sql`${sql.id(column)} = ${wanted}`;
}

function among(operand: Fragment, values: readonly Fragment[]): Fragment {
  return sql`${operand} in (${list(values)})`;
}

function list(parts: readonly Fragment[]): Fragment {
  return sql.join(parts, sql`, `);
}

const separators = ['+', ' ', '-', '/', '(', ')', '.'];

function operandOf(column: Fragment, comparison: Comparison): Fragment {
  switch (comparison) {
    case 'exact':
      return column;
    case 'caseless':
      return sql`lower(${column})`;
    case 'digits':
      return separators.reduce<Fragment>((text, separator) => sql`replace(${text}, ${sql.lit(separator)}, '')`, column);
  }
}

/** The database folds both sides, since its `lower` may differ from ours. */
function operandOfValue(bound: Fragment, comparison: Comparison): Fragment {
  return comparison === 'caseless' ? sql`lower(${bound})` : bound;
}

/** The spellings to look for; digits stand for a number with and without its international prefix's zeros. */
function formsOf(text: string, comparison: Comparison): readonly string[] {
  return comparison === 'digits' ? [text, `00${text}`] : [text];
}
