import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connector } from '../../../../src/connectors/connector.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';
import { aCall, contractNow, keyRead } from '../../../fixtures/connector-calls.ts';
import { openGraphqlConnector, startGraphqlSource, type GraphqlSource } from '../../../fixtures/graphql-source.ts';

const list = { query: 'query ($keys: [ID!]!) { accounts(ids: $keys) { ...row } }', rows: 'accounts', batch: 10 };
const copies = { query: 'query ($key: ID!) { account(id: $key) { ...row } }', rows: 'account', batch: 10 };
const lone = { query: copies.query, rows: copies.rows };
const entityOf = (read: object) => ({ key: 'id', settings: { read } });
const entities = {
  silentList: entityOf(list),
  silentCopies: entityOf(copies),
  list: entityOf({ ...list, merged: 'mergedIds' }),
  copies: entityOf({ ...copies, merged: 'mergedIds' }),
  divided: entityOf({ ...list, merged: { path: 'mergedIds', separator: ';' } }),
  vouched: entityOf({ ...lone, merged: true }),
};

let source: GraphqlSource;
let connector: Connector;
beforeEach(async () => {
  source = await startGraphqlSource();
  connector = openGraphqlConnector(source.url, entities, { source: sourceName('known'), clock: () => contractNow, warn: () => undefined });
});
afterEach(async () => {
  await connector.close();
  await source.stop();
});

const read = (entity: string, ...keys: readonly string[]) => connector.read({ entity, keys: keys.map(sourceKey), fields: ['name'] }, aCall());
const answered = (rows: readonly unknown[], errors?: readonly unknown[]): void =>
  source.answerWith({ json: { data: { accounts: rows }, errors } });

describe('a source that does not say that it merges records', () => {
  test.each(['silentList', 'silentCopies'])('fails the key of a merged one: %s', async (entity) => {
    expect((await read(entity, 'M-1', 'A-1')).map(keyRead)).toEqual(['SOURCE_MALFORMED', 'A-1']);
    expect(source.sent()[0]?.query).not.toContain('mergedIds');
  });
});

describe.each(['list', 'copies'])('a row that lists the ids that were merged into it: %s', (entity) => {
  test('answers for them and for its own key, in one call', async () => {
    expect((await read(entity, 'M-1', 'A-2', 'A-1', 'M-2')).map(keyRead)).toEqual(['moved to A-2', 'A-2', 'A-1', 'moved to A-2']);
    expect(source.sent()).toHaveLength(1);
  });

  test('is asked for the list and does not hold it', async () => {
    const [result] = await read(entity, 'M-1');
    expect(source.sent()[0]?.query).toContain('mergedIds');
    expect(result?.kind === 'moved' && { ...result.row.values }).toStrictEqual({ name: 'Grace Hopper' });
  });

  test('and does not list the key that was asked fails it', async () => {
    expect((await read(entity, 'A-1')).map(keyRead)).toEqual(['A-1']);
    source.answerWith({ json: { data: { [entity === 'list' ? 'accounts' : 'a0']: { id: 'A-2', mergedIds: ['M-2'] } } } });
    expect((await read(entity, 'M-1')).map(keyRead)).toEqual(['SOURCE_MALFORMED']);
  });
});

describe('a row that claims a key', () => {
  const grace = { id: 'A-2', mergedIds: ['M-1'] };

  test.each<[string, readonly unknown[], readonly string[]]>([
    ['has no key of its own', [{ mergedIds: ['M-1'] }, { id: 'A-1' }], ['SOURCE_MALFORMED', 'SOURCE_MALFORMED', 'A-1']],
    ['has another version of itself', [grace, { ...grace, name: 'G.' }, { id: 'A-1' }], ['SOURCE_MALFORMED', 'SOURCE_MALFORMED', 'A-1']],
    ['is one of two that do', [grace, { id: 'A-1', mergedIds: ['M-1'] }], ['SOURCE_MALFORMED', 'A-2', 'A-1']],
    ['claims one that has a row of its own', [{ ...grace, mergedIds: ['M-1', 'A-1'] }, { id: 'A-1' }], ['moved to A-2', 'A-2', 'A-1']],
    ['holds nothing where the ids should be', [{ ...grace, mergedIds: null }, { id: 'A-1' }], ['absent', 'A-2', 'A-1']],
    ['holds what are no ids', [{ ...grace, mergedIds: [['M-1'], { id: 'M-1' }, 'm-1', 'M-1;M-2', true] }, { id: 'A-1' }], ['absent', 'A-2', 'A-1']],
  ])('and %s', async (_what, rows, expected) => {
    answered(rows);
    expect((await read('list', 'M-1', 'A-2', 'A-1')).map(keyRead)).toEqual(expected);
  });

  test('and has an error in it fails the key with that error', async () => {
    answered([grace, { id: 'A-1' }], [{ message: 'no', path: ['accounts', 0, 'name'], extensions: { code: 'THROTTLED' } }]);
    expect((await read('list', 'M-1', 'A-1')).map(keyRead)).toEqual(['SOURCE_RATE_LIMITED', 'A-1']);
  });

  test('may do so in one text, where a separator is declared', async () => {
    answered([{ id: 'A-2', mergedIds: 'M-1;M-2' }]);
    expect((await read('divided', 'M-1', 'M-2', 'A-2')).map(keyRead)).toEqual(['moved to A-2', 'moved to A-2', 'A-2']);
  });
});

describe('a source that is vouched for', () => {
  test.each<[string, unknown, string]>([
    ['her own row', { id: 'M-1' }, 'M-1'],
    ['one row of another key', { id: 'A-2' }, 'moved to A-2'],
    ['null', null, 'absent'],
    ['a row without a key', { name: 'x' }, 'SOURCE_MALFORMED'],
    ['two rows', [{ id: 'M-1' }, { id: 'A-2' }], 'SOURCE_MALFORMED'],
  ])('answers with %s', async (_what, account, expected) => {
    source.answerWith({ json: { data: { a0: account } } });
    expect((await read('vouched', 'M-1')).map(keyRead)).toEqual([expected]);
  });
});
