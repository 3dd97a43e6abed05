import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Identifier, SourceSettings } from '../../../src/config/source-file.ts';
import type { FindResult, Row } from '../../../src/connectors/connector.ts';
import type { Reads } from '../../../src/connectors/reads.ts';
import { SourceError } from '../../../src/errors.ts';
import { sourceKey, sourceName } from '../../../src/ids.ts';
import { openIdentity } from '../../../src/identity/open-identity.ts';
import type { KeysOutcome } from '../../../src/identity/identity.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { openUnknownMemory } from '../../../src/identity/unknown-memory.ts';
import type { LinkName, Unlinked } from '../../../src/store/links.ts';
import type { Store } from '../../../src/store/store.ts';

type Records = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

const identifiers = new Map<'number' | 'email', Identifier>([
  ['number', { from: 'number', verified: undefined, find: 'number' }],
  ['email', { from: 'email', verified: 'sure', find: 'email' }],
]);

const aSource = (name: string, looksUp: readonly string[] = ['number', 'email']): SourceSettings => ({
  name: sourceName(name), file: `sources/${name}.yaml`, kind: 'TEST', owner: undefined, region: undefined, required: false, caches: new Map(), origin: '', webhook: undefined, within: new Map(), map: {}, consents: {}, keys: new Map(),
  limits: { deadline: 1000, concurrency: 1, coalesce: true, queue: 1, retry: { attempts: 1, budget: 0, backoff: 1 }, breaker: { failures: 5, openFor: 1000 } },
  identity: { entity: 'person', identifiers: new Map([...identifiers].map(([key, one]) => [key, looksUp.includes(key) ? one : { ...one, find: undefined }])) },
  parsed: {
    capabilities: new Map([['person', {
      projects: true, read: { batch: 10 }, list: undefined, find: new Map([['number', { batch: 10, pageSize: 10 }], ['email', { batch: 10, pageSize: 10 }]]),
    }]]),
    open: () => {
      throw new Error('nothing is opened here');
    },
  },
});

const rowOf = (values: Readonly<Record<string, string>>): Row => ({ key: sourceKey(values['id'] ?? ''), values, fetchedAt: 0, stale: false });

/** Reads over records in memory; sources in `down` fail. */
const readsOver = (records: Records, down: readonly string[] = []): Reads => {
  const failed = (source: string) => ({ kind: 'failed', error: new SourceError({ code: 'SOURCE_UNAVAILABLE', source, message: 'down' }) }) as const;
  return {
    async row(source, _entity, key) {
      if (down.includes(source)) return failed(source);
      const found = records[source]?.find((one) => one['id'] === key);
      return found === undefined ? { kind: 'absent' } : { kind: 'found', row: rowOf(found) };
    },
    async match({ source, attribute, value }): Promise<FindResult> {
      if (down.includes(source)) return failed(source);
      return { kind: 'rows', rows: (records[source] ?? []).filter((one) => one[attribute] === value).map(rowOf), next: undefined };
    },
    async list() {
      throw new Error('nothing is listed here');
    },
  };
};

describe('a source that a customer is not linked to', () => {
  let store: Store;
  let minted = 0;
  beforeEach(() => {
    minted = 0;
    store = openSqliteStore({ path: ':memory:', clock: () => 1000, newId: () => `customer-${(minted += 1)}` });
  });
  afterEach(() => store.close());

  /** The outcome for a customer who is linked to `crm` C1 and `billing` B1, and what is then stored of her. */
  const keyInDesk = async (records: Records, down: readonly string[] = [], lead = aSource('crm')): Promise<{ readonly outcome: KeysOutcome; readonly noted: readonly Partial<Unlinked>[] }> => {
    const link = { method: 'FIRST_SEEN', verified: true } as const;
    const [customer] = await store.links.claim([{
      member: undefined, links: [{ namespace: 'crm', value: 'C1', ...link }, { namespace: 'billing', value: 'B1', ...link }],
    }]);
    if (customer === undefined) throw new Error('nobody was minted');
    const identity = openIdentity({
      store: store.links, stewardship: store.stewardship, requestId: 'r', reads: readsOver(records, down), sources: [lead, aSource('billing'), aSource('desk')], lead,
      rules: { link: ['number', 'email'], absentFor: 60_000 }, unknown: openUnknownMemory({ unknownFor: 0, clock: () => 1000, key: Buffer.alloc(32) }), clock: () => 1000,
    });
    const outcome = await identity.keysOf(customer, sourceName('desk'));
    const [stored] = await store.links.read([{ kind: 'id', id: customer.id }]);
    return { outcome, noted: (stored?.members[0].unlinked ?? []).map(({ source, reason, identifier, candidates, until }) => ({ source, reason, identifier, candidates, until })) };
  };

  const crm = [{ id: 'C1', number: '7', email: 'ada@x.example', sure: 'yes' }];
  const billing = [{ id: 'B1', number: '7' }];

  test('is linked by the number that both know', async () => {
    expect(await keyInDesk({ crm, billing, desk: [{ id: 'D1', number: '7' }] })).toEqual({ outcome: { kind: 'linked', keys: ['D1'] }, noted: [] });
  });

  test('is linked by an e-mail address that both have verified', async () => {
    const { outcome } = await keyInDesk({ crm, billing, desk: [{ id: 'D1', email: 'ada@x.example', sure: 'yes' }] });
    expect(outcome).toEqual({ kind: 'linked', keys: ['D1'] });
  });

  const desk = (...keys: readonly string[]): readonly LinkName[] => keys.map((value) => ({ namespace: 'desk', value }));
  test.each<[string, string, readonly LinkName[], Records]>([
    ['where nobody is like her', 'NO_MATCH', [], { crm, billing, desk: [{ id: 'D1', email: 'bea@x.example', sure: 'yes' }] }],
    ['by an address that is not verified there', 'NOT_VERIFIED', desk('D1'), { crm, billing, desk: [{ id: 'D1', email: 'ada@x.example' }] }],
    ['by an address that two have there', 'AMBIGUOUS', desk('D1', 'D2'), { crm, billing, desk: [{ id: 'D1', email: 'ada@x.example', sure: 'yes' }, { id: 'D2', email: 'ada@x.example', sure: 'yes' }] }],
    ['by an address that two have where she is known', 'AMBIGUOUS', [...desk('D1'), { namespace: 'crm', value: 'C2' }], {
      crm: [...crm, { id: 'C2', number: '8', email: 'ada@x.example', sure: 'yes' }], billing, desk: [{ id: 'D1', email: 'ada@x.example', sure: 'yes' }],
    }],
    ['to a record with another number', 'IDENTIFIERS_DIFFER', desk('D1'), { crm, billing, desk: [{ id: 'D1', number: '9', email: 'ada@x.example', sure: 'yes' }] }],
  ])('is not linked %s, which is listed, and is not asked again for a while', async (_, reason, candidates, records) => {
    expect(await keyInDesk(records)).toEqual({
      outcome: { kind: 'notLinked' },
      noted: [{ source: 'desk', reason, candidates, identifier: reason === 'NO_MATCH' ? undefined : 'email', until: 61_000 }],
    });
  });

  test('is not linked by an address that nobody can look for where she is known, since another may have it there', async () => {
    const { outcome, noted } = await keyInDesk({ crm, billing, desk: [{ id: 'D1', email: 'ada@x.example', sure: 'yes' }] }, [], aSource('crm', ['number']));
    expect(outcome).toEqual({ kind: 'notLinked' });
    expect(noted).toMatchObject([{ source: 'desk', reason: 'AMBIGUOUS', identifier: 'email', candidates: desk('D1') }]);
  });

  test('gives a record a customer of its own where another record there has its address too', async () => {
    const lead = aSource('crm');
    const sources = [lead, aSource('desk')];
    const open = (records: Records) => openIdentity({
      store: store.links, stewardship: store.stewardship, requestId: 'r', reads: readsOver(records), sources, lead,
      rules: { link: ['number', 'email'], absentFor: 60_000 }, unknown: openUnknownMemory({ unknownFor: 0, clock: () => 1000, key: Buffer.alloc(32) }), clock: () => 1000,
    });
    const [one, two] = [{ id: 'D1', email: 'ada@x.example', sure: 'yes' }, { id: 'D2', email: 'ada@x.example', sure: 'yes' }];
    const resolution = await open({ crm, desk: [one, two] }).adopt(sourceName('desk'), rowOf(one));
    if (resolution.kind !== 'customer') throw new Error('nobody was made known');
    const [stored] = await store.links.read([{ kind: 'id', id: resolution.customer.id }]);
    expect(stored?.members[0]).toMatchObject({ links: [{ namespace: 'desk', value: 'D1' }], unlinked: [{ source: 'crm', reason: 'AMBIGUOUS', identifier: 'email' }] });
  });

  describe('of whom only the number is stored', () => {
    const numbered = async (records: Records, down: readonly string[] = [], bar?: LinkName) => {
      const [customer] = await store.links.claim([{ member: undefined, links: [{ namespace: 'number', value: '7', method: 'IMPORTED', verified: true }] }]);
      if (customer === undefined) throw new Error('nobody was minted');
      if (bar !== undefined) await store.stewardship.change({ change: { kind: 'separate', customer: customer.id, record: bar }, actor: 'ada', evidence: 'x', requestId: 'r' });
      const lead = aSource('crm');
      const identity = openIdentity({
        store: store.links, stewardship: store.stewardship, requestId: 'r', reads: readsOver(records, down), sources: [aSource('desk', ['email']), aSource('billing'), lead], lead,
        rules: { link: ['number', 'email'], absentFor: 60_000 }, unknown: openUnknownMemory({ unknownFor: 0, clock: () => 1000, key: Buffer.alloc(32) }), clock: () => 1000,
      });
      const current = await identity.stored({ kind: 'id', value: customer.id });
      if (current.kind !== 'customer') throw new Error('she is there');
      return Promise.all(['crm', 'billing', 'desk'].map(async (name) => identity.keysOf(current.customer, sourceName(name))));
    };
    const none = { kind: 'notLinked' };
    const desk1 = { id: 'D1', email: 'ada@x.example', sure: 'yes' };

    test('is linked by it, and the others by what the first record says besides', async () => {
      expect(await numbered({ crm, billing, desk: [desk1] })).toEqual([{ kind: 'linked', keys: ['C1'] }, { kind: 'linked', keys: ['B1'] }, { kind: 'linked', keys: ['D1'] }]);
    });

    test('is linked by it where the leading source does not know her', async () => {
      expect(await numbered({ billing })).toEqual([none, { kind: 'linked', keys: ['B1'] }, none]);
    });

    test('is not linked where several have it', async () => {
      expect(await numbered({ crm: [...crm, { id: 'C2', number: '7' }], billing })).toEqual([none, none, none]);
    });

    test('is not linked to a record that is barred from her', async () => {
      expect((await numbered({ crm }, [], { namespace: 'crm', value: 'C1' }))[0]).toEqual(none);
    });

    test('is not linked to a record that is somebody else\'s', async () => {
      await store.links.claim([{ member: undefined, links: [{ namespace: 'crm', value: 'C1', method: 'FIRST_SEEN', verified: true }] }]);
      expect((await numbered({ crm }))[0]).toEqual(none);
    });

    test('is not said to lack her while the leading source does not answer', async () => {
      const failed = { kind: 'failed', error: expect.objectContaining({ source: 'crm' }) };
      expect(await numbered({ billing, desk: [desk1] }, ['crm'])).toEqual([failed, failed, failed]);
    });
  });

  test('is not said to lack her while a record with her identifiers cannot be read', async () => {
    const { outcome, noted } = await keyInDesk({ crm, billing, desk: [{ id: 'D1', email: 'ada@x.example', sure: 'yes' }] }, ['crm']);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'SOURCE_UNAVAILABLE', source: 'crm' } });
    expect(noted).toEqual([]);
  });

  test('is not said to lack her while it does not answer', async () => {
    const { outcome, noted } = await keyInDesk({ crm, billing }, ['desk']);
    expect(outcome).toMatchObject({ kind: 'failed', error: { source: 'desk' } });
    expect(noted).toEqual([]);
  });
});
