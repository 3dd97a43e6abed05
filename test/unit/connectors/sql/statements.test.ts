import { describe, expect, test } from '@jest/globals';
import { dialect as mssql } from '../../../../src/connectors/sql/dialects/mssql.ts';
import { dialect as mysql } from '../../../../src/connectors/sql/dialects/mysql.ts';
import { dialect as oracle } from '../../../../src/connectors/sql/dialects/oracle.ts';
import { dialect as postgres } from '../../../../src/connectors/sql/dialects/postgres.ts';
import { dialect as sqlite } from '../../../../src/connectors/sql/dialects/sqlite.ts';
import type { Frame } from '../../../../src/connectors/sql/page.ts';
import { entityShape, type Entity } from '../../../../src/connectors/sql/settings.ts';
import { statementsFor, type Condition } from '../../../../src/connectors/sql/statements.ts';

const grammars = { postgres: postgres.grammar, mysql: mysql.grammar, mssql: mssql.grammar, oracle: oracle.grammar, sqlite: sqlite.grammar };
type Name = keyof typeof grammars;

const settings = entityShape.parse({
  table: 'kunde', keyType: 'integer', where: { kz: ' ' },
  find: {
    email: { column: 'email', compare: 'caseless' },
    tel: { column: 'tel', compare: 'digits' },
    ort: { column: 'ort', order: { umsatz: 'desc' } },
  },
});
const entity: Entity = { ...settings, table: ['kunde'], key: 'nr' };
const statements = (name: Name, schema?: string) => statementsFor(entity, schema, grammars[name]);
const look = (name: string) => {
  const found = settings.find[name];
  if (found === undefined) throw new Error(`no find ${name}`);
  return found;
};
const frame: Frame = { column: undefined, descending: false, after: undefined, rows: 3 };

describe('a read', () => {
  test.each<[Name, string, readonly unknown[]]>([
    ['postgres', 'select "name" as "name", "nr" as "nr" from "erp"."kunde" where "kz" = $1 and "nr" in (cast($2 as bigint), cast($3 as bigint))', [' ', '1', '2']],
    ['mysql', 'select `name` as `name`, `nr` as `nr` from `erp`.`kunde` where `kz` = ? and `nr` in (?, ?)', [' ', 1n, 2n]],
    ['mssql', 'select "name" as "name", "nr" as "nr" from "erp"."kunde" where "kz" = @1 and "nr" in (@2, @3)', [' ', 1n, 2n]],
    ['oracle', 'select "name" as "name", "nr" as "nr" from "erp"."kunde" where "kz" = :1 and "nr" in (to_number(:2), to_number(:3))', [' ', '1', '2']],
    ['sqlite', 'select "name" as "name", "nr" as "nr" from "erp"."kunde" where "kz" = ? and "nr" in (?, ?)', [' ', 1n, 2n]],
  ])('on %s names its columns and binds every value', (name, text, parameters) => {
    const statement = statements(name, 'erp').read(['name', 'nr'], ['1', '2']);
    expect(statement).toMatchObject({ sql: text, parameters });
  });

  test('a table with a schema of its own is not given the source\'s', () => {
    const own = statementsFor({ ...entity, table: ['other', 'kunde'] }, 'erp', postgres.grammar);
    expect(own.read(['nr'], ['1']).sql).toContain('from "other"."kunde"');
  });

  test('a quote in a name stays in the name', () => {
    const odd = statementsFor({ ...entity, table: ['a"b'] }, undefined, postgres.grammar);
    expect(odd.read(['nr"; drop table x; --'], ['1']).sql).toContain('select "nr""; drop table x; --" as "nr""; drop table x; --" from "a""b"');
  });
});

describe('a find of one value', () => {
  const ordered: Frame = { column: 'umsatz', descending: true, after: undefined, rows: 3 };

  test.each<[Name, string]>([
    ['postgres', 'select "nr" as "nr", "umsatz" as "gateway_cursor" from "kunde" where "kz" = $1 and "ort" in ($2) order by "umsatz" desc, "nr" desc limit 3'],
    ['mysql', 'select `nr` as `nr`, cast(`umsatz` as char) as `gateway_cursor` from `kunde` where `kz` = ? and `ort` in (?) order by `umsatz` desc, `nr` desc limit 3'],
    ['mssql', 'select "nr" as "nr", convert(nvarchar(4000), "umsatz", 126) as "gateway_cursor" from "kunde" where "kz" = @1 and "ort" in (@2) order by "umsatz" desc, "nr" desc offset 0 rows fetch next 3 rows only'],
    ['oracle', 'select "nr" as "nr", to_char("umsatz") as "gateway_cursor" from "kunde" where "kz" = :1 and "ort" in (:2) order by "umsatz" desc, "nr" desc fetch first 3 rows only'],
    ['sqlite', 'select "nr" as "nr", "umsatz" as "gateway_cursor" from "kunde" where "kz" = ? and "ort" in (?) order by "umsatz" desc, "nr" desc limit 3'],
  ])('on %s is ordered and no longer than its page', (name, text) => {
    expect(statements(name).match(['nr'], { look: look('ort'), values: ['Bonn'], frame: ordered })).toMatchObject({ sql: text, parameters: [' ', 'Bonn'] });
  });
});

describe('a find of several values', () => {
  test.each<[Name, string]>([
    ['postgres', 'row_number() over (partition by lower("email") order by "nr" asc) as "gateway_place" from "kunde" where "kz" = $1 and lower("email") in (lower($2), lower($3))) "gateway_rows"'],
    ['mysql', 'row_number() over (partition by convert(lower(`email`) using utf8mb4) collate utf8mb4_bin order by `nr` asc) as `gateway_place` from `kunde` where `kz` = ? and lower(`email`) in (lower(?), lower(?))) `gateway_rows`'],
    ['mssql', 'row_number() over (partition by cast(lower("email") as nvarchar(4000)) collate Latin1_General_100_BIN2 order by "nr" asc) as "gateway_place" from "kunde" where "kz" = @1 and lower("email") in (lower(@2), lower(@3))) "gateway_rows"'],
    ['oracle', 'row_number() over (partition by lower("email") order by "nr" asc) as "gateway_place" from "kunde" where "kz" = :1 and lower("email") in (lower(:2), lower(:3))) "gateway_rows"'],
    ['sqlite', 'row_number() over (partition by lower("email") collate binary order by "nr" asc) as "gateway_place" from "kunde" where "kz" = ? and lower("email") in (lower(?), lower(?))) "gateway_rows"'],
  ])('on %s numbers the rows of each value', (name, text) => {
    const statement = statements(name).match(['nr', 'email'], { look: look('email'), values: ['a', 'b'], frame });
    expect(statement.sql).toContain(text);
    expect(statement.sql).toMatch(/^select \* from \(select .* where .gateway_place. <= 3 order by .gateway_place.$/);
    expect(statement.parameters).toEqual([' ', 'a', 'b']);
  });
});

test('digits are looked for among numbers without their separators, with and without the prefix\'s zeros', () => {
  const statement = statements('sqlite').match(['nr'], { look: look('tel'), values: ['4930'], frame });
  expect(statement.sql).toContain('replace(replace(replace(replace(replace(replace(replace("tel", \'+\', \'\'), \' \', \'\'), \'-\', \'\'), \'/\', \'\'), \'(\', \'\'), \')\', \'\'), \'.\', \'\') in (?, ?)');
  expect(statement.parameters).toEqual([' ', '4930', '004930']);
});

describe('a page after a cursor', () => {
  const after = (name: Name, descending: boolean, value: string | null | undefined): string => {
    const column = value === undefined ? undefined : 'umsatz';
    const { sql, parameters } = statements(name).list(['nr'], { conditions: [], frame: { column, descending, after: { key: '7', value }, rows: 3 } });
    expect(parameters).toContainEqual(name === 'postgres' ? '7' : 7n);
    return sql.replace(/^.*"kz" = \S+ and /, '').replace(/ order by .*$/, '');
  };

  test.each<[Name, boolean, string | null | undefined, string]>([
    ['postgres', false, undefined, '"nr" > cast($2 as bigint)'],
    ['sqlite', true, undefined, '"nr" < ?'],
    ['postgres', false, '5', '("umsatz" > $2 or ("umsatz" = $3 and "nr" > cast($4 as bigint)) or "umsatz" is null)'],
    ['postgres', true, '5', '("umsatz" < $2 or ("umsatz" = $3 and "nr" < cast($4 as bigint)))'],
    ['postgres', false, null, '"umsatz" is null and "nr" > cast($2 as bigint)'],
    ['postgres', true, null, '("umsatz" is not null or ("umsatz" is null and "nr" < cast($2 as bigint)))'],
    ['sqlite', false, '5', '("umsatz" > ? or ("umsatz" = ? and "nr" > ?))'],
    ['sqlite', true, '5', '("umsatz" < ? or ("umsatz" = ? and "nr" < ?) or "umsatz" is null)'],
    ['sqlite', false, null, '("umsatz" is not null or ("umsatz" is null and "nr" > ?))'],
    ['sqlite', true, null, '"umsatz" is null and "nr" < ?'],
  ])('on %s, descending %j, after %j', (name, descending, value, expected) => {
    expect(after(name, descending, value)).toBe(expected);
  });
});

describe('a list\'s conditions', () => {
  const conditions: readonly Condition[] = [
    { column: 'seit', op: '>=', type: 'date', value: '2025-01-31T00:30:00+01:00' },
    { column: 'nr', op: '!=', type: 'integer', value: '9007199254740993' },
  ];
  test.each<[Name, string, readonly unknown[]]>([
    ['postgres', '"seit" >= $2 and "nr" <> cast($3 as bigint)', ['2025-01-31T00:30:00+01:00', '9007199254740993']],
    ['mysql', '`seit` >= ? and `nr` <> ?', ['2025-01-30T23:30:00.000', 9007199254740993n]],
    ['mssql', '"seit" >= @2 and "nr" <> @3', ['2025-01-30T23:30:00.000', 9007199254740993n]],
    ['oracle', '"seit" >= to_date(:2, \'YYYY-MM-DD"T"HH24:MI:SS\') and "nr" <> to_number(:3)', ['2025-01-30T23:30:00', '9007199254740993']],
    ['sqlite', '"seit" >= ? and "nr" <> ?', ['2025-01-30T23:30:00.000', 9007199254740993n]],
  ])('on %s bind dates and integers as the server understands them', (name, text, parameters) => {
    const statement = statements(name).list(['nr'], { conditions, frame });
    expect(statement.sql).toContain(text);
    expect(statement.parameters).toEqual([' ', ...parameters]);
  });

  test('a day is a day on Oracle too, where every date has a time', () => {
    const statement = statements('oracle').list(['nr'], { conditions: [{ column: 'seit', op: '=', type: 'date', value: '2025-01-31' }], frame });
    expect(statement.parameters).toEqual([' ', '2025-01-31T00:00:00']);
  });
});
