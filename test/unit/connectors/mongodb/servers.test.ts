import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Long, ObjectId, UUID, type Document } from 'mongodb';
import type { Call, Connector, FindResult, ListRequest, MatchRequest } from '../../../../src/connectors/connector.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';
import { hasOpenssl, makeCertificates } from '../../../fixtures/certificates.ts';
import { keyRead } from '../../../fixtures/connector-calls.ts';
import { desertedUrl, mongodbNeeds, openMongodb, startMongodb, type MongodbRelay, type MongodbServer } from '../../../fixtures/mongodb-server.ts';

const describeWithServer = mongodbNeeds === undefined ? describe : describe.skip;
const now = Date.UTC(2025, 2, 1);
const aCall = (): Call => ({ signal: new AbortController().signal, deadline: now + 4000, requestId: 'r' });

describeWithServer(mongodbNeeds === undefined ? 'a mongodb server' : `a mongodb server (needs ${mongodbNeeds})`, () => {
  let server: MongodbServer;
  let relay: MongodbRelay;
  const opened: Connector[] = [];
  beforeAll(async () => {
    server = await startMongodb();
  }, 60_000);
  afterAll(async () => server.stop());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connector) => connector.close()));
    await relay.stop();
  });

  /** A collection of these documents, read through a connector of its own as the entity `thing`. */
  async function holding(documents: readonly Document[], settings: object, { key = '_id' }: { readonly key?: string } = {}): Promise<Connector> {
    relay = await server.relay();
    await server.db.collection('thing').deleteMany({});
    if (documents.length > 0) await server.db.collection('thing').insertMany(documents.map((document) => ({ ...document })));
    return connectorTo(relay.url, settings, key);
  }
  function connectorTo(url: string, settings: object = {}, key = '_id', source: object = {}): Connector {
    const entities = { thing: { key, settings: { collection: 'thing', ...settings } } };
    const connector = openMongodb({ url, database: server.database, ...source }, entities, { source: sourceName('crm'), clock: () => now, warn: () => undefined });
    opened.push(connector);
    return connector;
  }
  const read = (connector: Connector, keys: readonly string[], fields: readonly string[] = []) =>
    connector.read({ entity: 'thing', keys: keys.map(sourceKey), fields }, aCall());
  const match = (connector: Connector, values: readonly string[], page: MatchRequest['page'], fields: readonly string[] = []) =>
    connector.find({ kind: 'match', entity: 'thing', attribute: 'owner', values, fields, page }, aCall());
  const list = async (connector: Connector, request: Partial<ListRequest>): Promise<FindResult | undefined> => {
    const [result] = await connector.find({ kind: 'list', entity: 'thing', filters: [], order: undefined, fields: [], page: { size: 50, at: undefined }, ...request }, aCall());
    return result;
  };
  const keysOf = (result: FindResult | undefined) => (result?.kind === 'rows' ? result.rows.map((row) => String(row.key)) : result?.error.code);
  const valuesOf = (results: readonly Awaited<ReturnType<typeof read>>[number][]) => results.map((result) => (result.kind === 'found' ? { ...result.row.values } : result.kind));

  describe('reads keys', () => {
    const id = 'c0ffee00c0ffee00c0ffee00';
    const uuid = '123e4567-e89b-42d3-a456-426614174000';

    test.each([
      ['objectId', [id, id.toUpperCase(), id.slice(1), uuid, '{"$ne":null}']],
      ['uuid', [uuid, uuid.toUpperCase(), id, '{"$ne":null}']],
      ['integer', ['5', '9007199254740995', '05', '5.0', '1e1', '9223372036854775808', '{"$gt":0}']],
      ['text', ['5', 'five', '$five', '{"$ne":null}', '', '\ud800', id]],
    ])('of the type %s, and nothing of another type or spelling', async (keyType, keys) => {
      const documents = [
        { _id: new ObjectId(id) }, { _id: new UUID(uuid) }, { _id: 5 }, { _id: Long.fromString('9007199254740995') }, { _id: 'five' }, { _id: '$five' },
      ];
      const connector = await holding(documents, { keyType });
      const expected = {
        objectId: [id, id.toUpperCase(), 'absent', 'absent', 'absent'],
        uuid: [uuid, uuid.toUpperCase(), 'absent', 'absent'],
        integer: ['5', '9007199254740995', 'absent', 'absent', 'absent', 'absent', 'absent'],
        text: ['absent', 'five', '$five', 'absent', 'absent', 'absent', 'absent'],
      }[keyType];
      expect((await read(connector, keys)).map(keyRead)).toEqual(expected);
      expect(relay.finds).toHaveLength(1);
    });

    test('of which none fits without asking', async () => {
      const connector = await holding([], { keyType: 'objectId' });
      expect(await read(connector, ['x', 'y'])).toEqual([{ kind: 'absent' }, { kind: 'absent' }]);
      expect(relay.finds).toEqual([]);
    });

    test('at a dotted path, and gives the fields below paths and lists', async () => {
      const documents = [
        { ids: { crm: 'C-1' }, name: { first: 'Ada' }, phones: [{ no: '1', type: 'home' }, { no: '2' }, 'loose'], big: Long.fromString('9007199254740995') },
        { ids: { crm: ['C-2', 'C-3'] }, name: { first: 'Bob' } },
      ];
      const connector = await holding(documents, {}, { key: 'ids.crm' });
      expect(valuesOf(await read(connector, ['C-1', 'C-2', 'C-3'], ['name.first', 'phones.no', 'big', 'ids']))).toEqual([
        { 'name.first': 'Ada', 'phones.no': ['1', '2', undefined], big: '9007199254740995', ids: { crm: 'C-1' } }, 'absent', 'absent',
      ]);
      expect(relay.finds[0]?.['projection']).toEqual({ 'name.first': 1, 'phones.no': 1, big: 1, ids: 1, _id: 0 });
    });

    test('and fails one that several documents have, alone', async () => {
      const connector = await holding([{ no: 'a' }, { no: 'b' }, { no: 'a' }], {}, { key: 'no' });
      expect((await read(connector, ['a', 'b'])).map(keyRead)).toEqual(['SOURCE_MALFORMED', 'b']);
    });

    test('within what the entity is restricted to', async () => {
      const documents = [
        { _id: 'a', tenant: 7, state: 'live' }, { _id: 'b', tenant: 8, state: 'live' }, { _id: 'c', tenant: 7, state: 'new', deletedAt: null },
        { _id: 'd', tenant: 7, state: 'new', deletedAt: new Date(0) }, { _id: 'e', tenant: 7, state: 'old' },
      ];
      const connector = await holding(documents, { where: { tenant: 7, state: ['live', 'new'], deletedAt: null } });
      expect((await read(connector, ['a', 'b', 'c', 'd', 'e'])).map(keyRead)).toEqual(['a', 'absent', 'c', 'absent', 'absent']);
    });
  });

  test('tells the server how long it has and how much may come at once', async () => {
    const connector = await holding([{ _id: 'a' }], {});
    await read(connector, ['a', 'b']);
    expect(relay.finds[0]).toMatchObject({ find: 'thing', maxTimeMS: 4000, batchSize: 3, projection: { _id: 1 } });
    expect(connector.capabilities.get('thing')?.projects).toBe(true);
  });

  describe('finds', () => {
    const owned = (owner: string, count: number, from = 0) => Array.from({ length: count }, (_, at) => ({ _id: `${owner}-${at}`, owner, no: from + at }));
    const first = { size: 3, at: undefined };

    test('by a path that crosses a list, under each of its values', async () => {
      const documents = [{ _id: 'a', mails: [{ at: 'x@y.example' }, { at: 'z@y.example' }] }, { _id: 'b', mails: [{ at: 'z@y.example' }] }, { _id: 'c' }];
      const connector = await holding(documents, { find: { owner: { path: 'mails.at' } } });
      expect((await match(connector, ['z@y.example', 'x@y.example', 'nobody'], first)).map(keysOf)).toEqual([['a', 'b'], ['a'], []]);
    });

    test('the children of many parents with one question while each has room', async () => {
      const connector = await holding([...owned('p', 2), ...owned('q', 3), ...owned('r', 1)], { find: { owner: { path: 'owner', order: { no: 'desc' }, batch: 10 } } });
      const results = await match(connector, ['q', 'p', 'r', 's'], first);
      expect(results.map(keysOf)).toEqual([['q-2', 'q-1', 'q-0'], ['p-1', 'p-0'], ['r-0'], []]);
      expect(results.map((result) => result.kind === 'rows' && result.next)).toEqual([undefined, undefined, undefined, undefined]);
      expect(relay.finds).toHaveLength(1);
    });

    test('the children of many parents of whom one takes the others\' room, each in pages of their own', async () => {
      const children = { p: 20, q: 5, r: 2 };
      const connector = await holding(Object.entries(children).flatMap(([owner, count], at) => owned(owner, count, at * 100)), { find: { owner: { path: 'owner', order: { no: 'asc' }, batch: 10 } } });
      const pages = await match(connector, ['r', 'q', 'p'], first);
      expect(pages.map(keysOf)).toEqual([['r-0', 'r-1'], ['q-0', 'q-1', 'q-2'], ['p-0', 'p-1', 'p-2']]);
      expect(relay.finds).toHaveLength(3);
      for (const [at, owner] of (['r', 'q', 'p'] as const).entries()) {
        const found = [keysOf(pages[at])].flat();
        let next = pages[at]?.kind === 'rows' ? pages[at].next : undefined;
        while (next !== undefined && found.length < 50) {
          const [page] = await match(connector, [owner], { size: 3, at: next });
          found.push(...[keysOf(page)].flat());
          next = page?.kind === 'rows' ? page.next : undefined;
        }
        expect(found).toEqual(owned(owner, children[owner]).map((child) => child._id));
      }
    });

    test('caselessly with a collation, and drops what it equals beyond that', async () => {
      const connector = await holding([], { find: { owner: { path: 'mail', compare: 'caseless' } } });
      relay.answer({ ok: 1, cursor: { id: Long.ZERO, ns: 'x.thing', firstBatch: [{ _id: 'a', mail: 'Ada@X.example' }, { _id: 'b', mail: 'a\u0000da@x.example' }] } });
      expect((await match(connector, ['ADA@x.example'], first)).map(keysOf)).toEqual([['a']]);
      expect(relay.finds[0]).toMatchObject({ collation: { locale: 'en', strength: 2 }, filter: { $and: [{ mail: { $in: ['ada@x.example'] } }] } });
    });

    test('on after a page of which the collation gave all and the value has nothing', async () => {
      const connector = await holding([], { find: { owner: { path: 'mail', compare: 'caseless' } } });
      relay.answer({ ok: 1, cursor: { id: Long.ZERO, ns: 'x.thing', firstBatch: [{ _id: 'a', mail: 'a\u0000da@x' }, { _id: 'b', mail: 'ada@x' }] } });
      expect(await match(connector, ['ada@x'], { size: 1, at: undefined })).toEqual([{ kind: 'rows', rows: [], next: '["a",null]' }]);
    });

    test('caselessly at a path in lower case, and believes only the path itself', async () => {
      const documents = [{ _id: 'a', mail: 'Ada@X', low: 'ada@x' }, { _id: 'b', mail: 'bob@x', low: 'ada@x' }];
      const connector = await holding(documents, { find: { owner: { path: 'mail', compare: 'caseless', lowered: 'low' } } });
      expect((await match(connector, ['ADA@X'], first)).map(keysOf)).toEqual([['a']]);
      expect(relay.finds[0]).not.toHaveProperty('collation');
    });

    test('and fails only the value of which two documents have one key', async () => {
      const connector = await holding([{ no: 1, owner: 'p' }, { no: 1, owner: 'p' }, { no: 1, owner: 'q' }, { owner: 'r' }], { keyType: 'integer', find: { owner: { path: 'owner' } } }, { key: 'no' });
      expect((await match(connector, ['p', 'q', 'r'], first)).map(keysOf)).toEqual(['SOURCE_MALFORMED', ['1'], 'SOURCE_MALFORMED']);
    });
  });

  describe('lists', () => {
    const when = (day: number) => new Date(Date.UTC(2025, 0, day));
    const mixed: readonly Document[] = [
      { _id: 'none' }, { _id: 'null', x: null }, { _id: 'one', x: 1 }, { _id: 'uno', x: 1 }, { _id: 'half', x: 0.5 }, { _id: 'long', x: Long.fromString('9007199254740995') },
      { _id: 'text', x: 'a' }, { _id: 'more', x: 'B' }, { _id: 'id', x: new ObjectId('c0ffee00c0ffee00c0ffee00') }, { _id: 'uuid', x: new UUID('123e4567-e89b-42d3-a456-426614174000') },
      { _id: 'yes', x: true }, { _id: 'no', x: false }, { _id: 'day', x: when(1) }, { _id: 'next', x: when(2) }, { _id: 7, x: 1 }, { _id: null, x: 1 }, { _id: new ObjectId('c0ffee00c0ffee00c0ffee01'), x: 1 },
    ];

    test.each([['ASC', 1, 1], ['ASC', 1, 5], ['DESC', -1, 1], ['DESC', -1, 5]] as const)('%s (%i) in pages of %i, over values of all types, each once', async (direction, sort, size) => {
      const documents = mixed.map((document, nr) => ({ ...document, nr: `n${nr}` }));
      const connector = await holding(documents, { list: { orders: { X: 'x' } } }, { key: 'nr' });
      const expected = await server.db.collection('thing').find({}, { sort: { x: sort, _id: sort } }).map((document) => String(document['nr'])).toArray();
      const found: string[] = [];
      let at: string | undefined;
      do {
        const page = await list(connector, { order: { name: 'X', direction }, page: { size, at } });
        if (page?.kind !== 'rows') throw new Error(`expected rows, got ${JSON.stringify(page)}`);
        found.push(...page.rows.map((row) => row.key));
        at = page.next;
      } while (at !== undefined && found.length < 50);
      expect(found).toEqual(expected);
    });

    test('on from where a page ended, whatever has come and gone before', async () => {
      const connector = await holding(['b', 'd', 'f', 'h'].map((_id) => ({ _id })), { list: {} });
      const page = await list(connector, { page: { size: 2, at: undefined } });
      await server.db.collection<{ _id: string }>('thing').insertMany([{ _id: 'a' }, { _id: 'c' }]);
      await server.db.collection<{ _id: string }>('thing').deleteOne({ _id: 'b' });
      expect(keysOf(await list(connector, { page: { size: 2, at: page?.kind === 'rows' ? page.next : undefined } }))).toEqual(['f', 'h']);
    });

    test('by filters of every kind', async () => {
      const documents = [{ _id: 'a', n: 1, on: when(1), tag: ['x', 'y'] }, { _id: 'b', n: 2, on: when(2) }, { _id: 'c', n: 3, on: when(3), tag: 'x' }, { _id: 'd' }];
      const filters = {
        IS: { path: 'n', type: 'integer' }, NOT: { path: 'n', op: '!=', type: 'integer' }, BELOW: { path: 'n', op: '<', type: 'integer' },
        SINCE: { path: 'on', op: '>=', type: 'date' }, UNTIL: { path: 'on', op: '<=', type: 'date' }, TAG: { path: 'tag' },
      };
      const connector = await holding(documents, { list: { filters } });
      const filtered = async (...pairs: readonly (readonly [string, string])[]) => keysOf(await list(connector, { filters: pairs.map(([name, value]) => ({ name, value })) }));
      expect(await filtered(['IS', '2'])).toEqual(['b']);
      expect(await filtered(['NOT', '2'])).toEqual(['a', 'c']);
      expect(await filtered(['BELOW', '3'])).toEqual(['a', 'b']);
      expect(await filtered(['SINCE', '2025-01-02'])).toEqual(['b', 'c']);
      expect(await filtered(['SINCE', '2025-01-02T00:00:00'], ['UNTIL', '2025-01-02T02:00:00+02:00'])).toEqual(['b']);
      expect(await filtered(['TAG', 'x'])).toEqual(['a', 'c']);
      expect(await filtered(['TAG', '{"$ne":null}'])).toEqual([]);
      await expect(filtered(['IS', 'two'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'request' });
    });

    test('no further after a value that has no place in an order', async () => {
      const connector = await holding([{ _id: 'a', x: [1, 2] }, { _id: 'b', x: 3 }], { list: { orders: { X: 'x' } } });
      const order = { name: 'X', direction: 'ASC' } as const;
      expect(keysOf(await list(connector, { order }))).toEqual(['a', 'b']);
      await expect(list(connector, { order, page: { size: 1, at: undefined } })).rejects.toMatchObject({ code: 'SOURCE_MALFORMED' });
    });

    test.each(['', 'x', '{}', '[]', '["a"]', '["a",1,2]', '[{"$code":"x"},null]', '[["a"],null]'])('nothing for the place %j that it never gave', async (at) => {
      const connector = await holding([{ _id: 'a' }], { list: {} });
      await expect(list(connector, { page: { size: 1, at } })).rejects.toThrow('not one that this connector gave');
    });
  });

  describe('that fails', () => {
    test.each([
      [{ code: 50 }, 'SOURCE_TIMEOUT', 'source'], [{ code: 262 }, 'SOURCE_TIMEOUT', 'source'],
      [{ code: 16500 }, 'SOURCE_RATE_LIMITED', 'source'], [{ code: 462, errorLabels: ['SystemOverloadedError'] }, 'SOURCE_RATE_LIMITED', 'source'],
      [{ code: 2 }, 'SOURCE_UNAVAILABLE', 'request'], [{ code: 14 }, 'SOURCE_UNAVAILABLE', 'request'], [{ code: 238 }, 'SOURCE_UNAVAILABLE', 'request'],
      [{ code: 13 }, 'SOURCE_UNAVAILABLE', 'source'], [{ code: 18 }, 'SOURCE_UNAVAILABLE', 'source'], [{ code: 10107 }, 'SOURCE_UNAVAILABLE', 'source'], [{}, 'SOURCE_UNAVAILABLE', 'source'],
    ])('with %j is %s, the fault of the %s, and is asked once', async (reply, code, fault) => {
      const connector = await holding([], {});
      relay.answer({ ok: 0, errmsg: 'it failed', ...reply });
      await expect(read(connector, ['a'])).rejects.toMatchObject({ code, fault, source: 'crm' });
      expect(relay.finds).toHaveLength(1);
    });

    test.each([2, 13, 50, 16500])('with the code %i tells it, and nothing of what the server says of a value', async (code) => {
      const connector = await holding([], {});
      relay.answer({ ok: 0, code, codeName: 'Because', errmsg: 'unknown value ada@example.com' });
      await expect(read(connector, ['ada@example.com'])).rejects.toMatchObject({ message: `thing by key: the server answers Because (${code})`, cause: undefined });
    });

    test('to give what can be read is SOURCE_MALFORMED', async () => {
      const connector = await holding([], {});
      relay.answer({ ok: 1, cursor: { id: Long.ZERO, ns: 'x.thing', firstBatch: [{ _id: 'broken' }] } });
      relay.spoil('broken');
      await expect(read(connector, ['broken'], ['name'])).rejects.toMatchObject({ code: 'SOURCE_MALFORMED' });
    });

    test('to be there at first is asked again, and answers once it is there', async () => {
      await holding([{ _id: 'a' }], {});
      const url = await desertedUrl();
      const connector = connectorTo(url.replace('mongodb://', 'mongodb://reader:s3cret@'));
      await expect(read(connector, ['a'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source', message: expect.not.stringContaining('s3cret') });
      const patient = connectorTo(url);
      await expect(read(patient, ['a'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      const late = await server.relay({ port: Number(new URL(url).port) });
      expect((await read(patient, ['a'])).map(keyRead)).toEqual(['a']);
      await patient.close();
      await late.stop();
    });

    test('in the middle of a call, and is back for the next', async () => {
      const connector = await holding([{ _id: 'a' }], {});
      expect((await read(connector, ['a'])).map(keyRead)).toEqual(['a']);
      const port = Number(new URL(relay.url).port);
      await relay.stop();
      await expect(read(connector, ['a'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      relay = await server.relay({ port });
      expect((await read(connector, ['a'])).map(keyRead)).toEqual(['a']);
    });

    test('to answer ends a call at its deadline, and a closing source ends it at once', async () => {
      const connector = await holding([], {});
      relay.answer(undefined);
      const timed = connector.read({ entity: 'thing', keys: [sourceKey('a')], fields: [] }, { ...aCall(), deadline: now + 100 });
      await expect(timed).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
      const closed = expect(read(connector, ['a'])).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      await connector.close();
      await closed;
    });
  });

  (hasOpenssl() ? test : test.skip)('is spoken to over TLS, with a private authority and a certificate of our own (needs openssl)', async () => {
    const { folder, read: pem } = makeCertificates();
    await holding([{ _id: 'a' }], {});
    const guarded = await server.relay({ tls: { cert: pem('server.pem'), key: pem('server.key'), ca: pem('ca.pem'), requestCert: true, rejectUnauthorized: true } });
    const over = (tls: object) => read(connectorTo(guarded.url, {}, '_id', { tls }), ['a']);
    const ca = `${folder}/ca.pem`;
    expect((await over({ ca, cert: `${folder}/client.pem`, key: `${folder}/client.key` })).map(keyRead)).toEqual(['a']);
    await expect(over({ ca })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await expect(over({ cert: `${folder}/client.pem`, key: `${folder}/client.key` })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await Promise.all(opened.splice(0).map((connector) => connector.close()));
    await guarded.stop();
  });
});
