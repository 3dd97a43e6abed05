import { describe, expect, test } from '@jest/globals';
import { openSource, gist, readContacts, withSource, type SourceOf } from '../../../fixtures/http-source.ts';

const one = { get: '/contacts/{key}' };
const many = { post: '/batch', body: { ids: '{keys}', fields: '{fields}' }, batch: 10, rows: 'results', rowError: 'error' };
const entitiesOf = (read: object): SourceOf['entities'] => ({ contact: { read } });

/** What reading the keys gives when the source answers so. */
async function results(read: object, json: unknown, keys: readonly string[]): Promise<readonly unknown[]> {
  let got: readonly unknown[] = [];
  await withSource(() => ({ json }), { entities: entitiesOf(read) }, async ({ connector }) => {
    got = (await readContacts(connector, keys)).map(gist);
  });
  return got;
}

const ann = { id: 'a', name: 'Ann', was: ['x', 'y'] };
const bob = { id: 'b', name: 'Bob', was: [] };

describe('a source that does not say that it merges records', () => {
  test('proves nothing with a list of ids', async () => {
    expect(await results(one, ann, ['x'])).toEqual(['SOURCE_MALFORMED']);
    expect(await results(many, { results: [ann, bob] }, ['x', 'b'])).toEqual(['SOURCE_MALFORMED', 'Bob']);
  });

  test('does not repeat a row, not even an identical one', async () => {
    expect(await results(many, { results: [ann, ann] }, ['a', 'b'])).toEqual(['SOURCE_MALFORMED', 'absent']);
  });
});

describe('a row that lists the ids that were merged into it', () => {
  const listed = { ...many, merged: 'was' };

  test('is the answer for one of them, under its own key', async () => {
    expect(await results({ ...one, merged: 'was' }, ann, ['x'])).toEqual(['Ann, now a']);
    expect(await results({ ...one, merged: 'was' }, ann, ['a'])).toEqual(['Ann']);
  });

  test.each<[string, readonly unknown[], readonly string[], readonly string[]]>([
    ['its own key and one of them', [ann], ['x', 'a'], ['Ann, now a', 'Ann']],
    ['two of them', [ann], ['y', 'x'], ['Ann, now a', 'Ann, now a']],
    ['one of them and another record', [bob, ann], ['x', 'b'], ['Ann, now a', 'Bob']],
    ['all, and is there once for each', [ann, ann, { ...ann }], ['x', 'y', 'a'], ['Ann, now a', 'Ann, now a', 'Ann']],
    ['one of them, which it lists twice', [{ ...ann, was: ['x', 'x'] }], ['x', 'a'], ['Ann, now a', 'Ann']],
    ['its own key, which it lists too', [{ ...ann, was: ['a', 'x'] }], ['a', 'x'], ['Ann', 'Ann, now a']],
  ])('answers for %s', async (_, rows, keys, expected) => {
    expect(await results(listed, { results: rows }, keys)).toEqual(expected);
  });

  test.each<[string, readonly unknown[], readonly string[], readonly string[]]>([
    ['no key of its own', [{ name: 'Ann', was: ['x'] }], ['x', 'b'], ['SOURCE_MALFORMED', 'SOURCE_MALFORMED']],
    ['a key that is a list', [{ ...ann, id: ['x', 'a'] }, bob], ['x', 'b'], ['SOURCE_MALFORMED', 'Bob']],
    ['another row that claims the same', [ann, { ...bob, was: ['x'] }], ['x', 'a', 'b'], ['SOURCE_MALFORMED', 'Ann', 'Bob']],
    ['a second version of itself', [ann, { ...ann, name: 'Anna' }, bob], ['x', 'a', 'b'], ['SOURCE_MALFORMED', 'SOURCE_MALFORMED', 'Bob']],
    ['an error in it', [{ ...ann, error: 'half' }, bob], ['x', 'a', 'b'], ['SOURCE_UNAVAILABLE', 'SOURCE_UNAVAILABLE', 'Bob']],
    ['a stranger beside it', [ann, { id: 'c', was: ['d'] }], ['x'], ['SOURCE_MALFORMED']],
    ['no claim to what was asked', [{ ...ann, was: ['z'] }, bob], ['x', 'b'], ['SOURCE_MALFORMED', 'Bob']],
  ])('but has %s spoils what it claims and nothing else', async (_, rows, keys, expected) => {
    expect(await results(listed, { results: rows }, keys)).toEqual(expected);
  });

  test('takes no key from a row that has it for its own, whichever of them is asked for together', async () => {
    const claiming = { ...bob, was: ['a'] };
    for (const rows of [[ann, claiming], [claiming, ann]]) {
      expect(await results(listed, { results: rows }, ['a', 'b'])).toEqual(['Ann', 'Bob']);
      expect(await results(listed, { results: rows }, ['a'])).toEqual(['Ann']);
    }
    expect(await results(listed, { results: [{ ...ann, was: ['b'] }, claiming] }, ['a', 'b'])).toEqual(['Ann', 'Bob']);
  });

  test.each<[string, unknown, string]>([
    ['one text', 'x', 'Ann, now a'],
    ['one number', 7, 'Ann, now a'],
    ['a list of numbers', [5, 7], 'Ann, now a'],
    ['a list with rubbish around it', [null, {}, true, 'x', [], -1.5], 'Ann, now a'],
    ['nothing', undefined, 'SOURCE_MALFORMED'],
    ['null', null, 'SOURCE_MALFORMED'],
    ['an empty list', [], 'SOURCE_MALFORMED'],
    ['an empty text', '', 'SOURCE_MALFORMED'],
    ['true', true, 'SOURCE_MALFORMED'],
    ['an object with the id', { x: 'x', 7: 7, length: 1, 0: 'x' }, 'SOURCE_MALFORMED'],
    ['a list in a list', [['x', 7]], 'SOURCE_MALFORMED'],
    ['the id in another case', ['X', '07', '7.0'], 'SOURCE_MALFORMED'],
    ['the id within a text', ['x;y', ' x', 'x,7'], 'SOURCE_MALFORMED'],
    ['a pattern', ['*', '%', '.*', '__proto__', 'constructor'], 'SOURCE_MALFORMED'],
  ])('with %s where the ids should be', async (_, was, expected) => {
    const read = { ...one, merged: 'was' };
    const key = typeof was === 'number' || (Array.isArray(was) && was.includes(5)) ? '7' : 'x';
    expect(await results(read, { ...ann, was }, [key])).toEqual([expected]);
    expect(await results(read, { ...ann, was }, ['a'])).toEqual(['Ann']);
  });

  test('is not led astray by a list that goes deeper than any stack', async () => {
    const depth = 100_000;
    const text = `{"results":[{"id":"a","name":"Ann","was":${'['.repeat(depth)}"x"${']'.repeat(depth)}},{"id":"b","name":"Bob","was":"y"}]}`;
    const answering = () => ({ text, headers: { 'content-type': 'application/json' } });
    await withSource(answering, { entities: entitiesOf(listed) }, async ({ connector }) => {
      expect((await readContacts(connector, ['x', 'y', 'a'])).map(gist)).toEqual(['absent', 'Bob, now b', 'Ann']);
    });
  });

  test('may list them under a path that crosses a list', async () => {
    const rows = [{ ...ann, history: [{ ids: ['x', 'y'] }, {}, { ids: 'z' }] }];
    expect(await results({ ...many, merged: 'history.ids' }, { results: rows }, ['x', 'z', 'w'])).toEqual(['Ann, now a', 'Ann, now a', 'absent']);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['in one text', 'x;y', ['Ann, now a', 'Ann, now a', 'absent']],
    ['in one text with nothing in places', ';x;;y;', ['Ann, now a', 'Ann, now a', 'absent']],
    ['in a list of such texts', ['x;w', 'y'], ['Ann, now a', 'Ann, now a', 'absent']],
  ])('may list them %s, where a separator is declared', async (_, was, expected) => {
    const read = { ...many, merged: { path: 'was', separator: ';' } };
    expect(await results(read, { results: [{ ...ann, was }] }, ['x', 'y', 'x;y'])).toEqual(expected);
  });

  test('is asked for the list, and holds it only where it is wanted', async () => {
    await withSource(() => ({ json: { results: [ann] } }), { entities: entitiesOf(listed) }, async ({ connector, server }) => {
      const [result] = await readContacts(connector, ['x']);
      expect(server.seen.map(({ body }) => JSON.parse(body).fields)).toEqual([['name', 'id', 'was']]);
      expect(result?.kind === 'moved' && { ...result.row.values }).toStrictEqual({ name: 'Ann' });
    });
  });
});

describe('a source that is vouched for', () => {
  const vouched = { ...one, merged: true };

  test.each<[string, unknown, string]>([
    ['her own row', { id: 'x', name: 'Xia' }, 'Xia'],
    ['one row of another key', { id: 'a', name: 'Ann' }, 'Ann, now a'],
    ['a list of one row', [{ id: 'a', name: 'Ann' }], 'Ann, now a'],
    ['no row', [], 'absent'],
    ['a row without a key', { name: 'Ann' }, 'SOURCE_MALFORMED'],
    ['a row without a usable key', { id: ['a'], name: 'Ann' }, 'SOURCE_MALFORMED'],
    ['two rows', [{ id: 'a' }, { id: 'b' }], 'SOURCE_MALFORMED'],
    ['one row twice', [{ id: 'a' }, { id: 'a' }], 'SOURCE_MALFORMED'],
    ['her own row and another', [{ id: 'x' }, { id: 'a' }], 'SOURCE_MALFORMED'],
    ['her own row and one without a key', [{ id: 'x' }, {}], 'SOURCE_MALFORMED'],
  ])('answers with %s', async (_, json, expected) => {
    expect(await results(vouched, json, ['x'])).toEqual([expected]);
  });

  test('may take its one key in a list', async () => {
    expect(await results({ ...many, batch: 1, merged: true }, { results: [{ id: 'a', name: 'Ann' }] }, ['x'])).toEqual(['Ann, now a']);
  });

  test('is a fault where a call reads many keys', () => {
    const open = () => openSource('http://127.0.0.1:1', { entities: entitiesOf({ ...many, merged: true }) });
    expect(open).toThrow('sources/crm.yaml: entities.contact.read.merged: with true a call reads one key, as no row shows whose it is; got a batch of 10');
  });
});
