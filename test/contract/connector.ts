import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connector, ConnectorDeps, FindResult } from '../../src/connectors/connector.ts';
import { sourceKey, sourceName } from '../../src/ids.ts';
import { aCall, aMatch, contractNow, expectRejection, keyRead, keysFound } from '../fixtures/connector-calls.ts';
import { until } from '../fixtures/until.ts';
import { accounts, invoices, unknownEmails, unknownKeys } from '../fixtures/connector-data.ts';

/**
 * What an implementation brings to be tested: an open connector over a source that holds exactly `accounts` and
 * `invoices` of `test/fixtures/connector-data.ts`, declared so:
 * - entity `account`, key `id`: read with a batch of 3 or more; find by `email`, caseless; fields as in the data.
 *   Where the source tells of `merges`: `read` with `merged: mergedIds`.
 *   Where the source can list: a filter `city` and an order `NAME`, pages of 3 or more.
 * - entity `invoice`, key `id`: find by `account`, in pages of 3 or more; the keys are numbers in the source where it has numbers.
 */
export interface Rig {
  readonly connector: Connector;
  /** The same connector, opened over an address where nothing listens. */
  readonly unreachable: Connector;
  /** A key of no account for which the source answers with somebody else's row. */
  readonly stray: string | undefined;
  /** From now on the source takes calls and answers none. */
  hang(): Promise<void>;
  /** How many calls the source is working on. */
  pending(): Promise<number>;
  /** Ends the source and closes both connectors. */
  stop(): Promise<void>;
}

/** What a source may be unable to show; the laws that need it are then listed as skipped. */
export type Missing = 'stray' | 'hang' | 'list' | 'merges';

const fields = ['name', 'email'];

/** Checks each law of the waist. `makeRig` is called once for the calm tests and once for each that spoils its source. */
export function describeConnector(name: string, makeRig: (deps: ConnectorDeps) => Promise<Rig>, without: readonly Missing[] = []): void {
  const lawThatNeeds = (need: Missing) => (without.includes(need) ? test.skip : test);
  const deps: ConnectorDeps = { source: sourceName('known'), clock: () => contractNow, warn: () => undefined };

  const withOwnRig = (run: (rig: Rig) => Promise<void>) => async () => {
    const rig = await makeRig(deps);
    try {
      await run(rig);
    } finally {
      await rig.stop();
    }
  };

  describe(`${name} keeps the laws of a connector`, () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await makeRig(deps);
    });
    afterAll(async () => rig.stop());

    const read = async (keys: readonly string[], asked: readonly string[] = fields) =>
      rig.connector.read({ entity: 'account', keys: keys.map(sourceKey), fields: asked }, aCall());
    const findAccounts = async (emails: readonly string[]) => {
      const batch = rig.connector.capabilities.get('account')?.find.get('email')?.batch ?? 1;
      const results: FindResult[] = [];
      for (let start = 0; start < emails.length; start += batch) {
        results.push(...(await rig.connector.find(aMatch('account', 'email', emails.slice(start, start + batch)), aCall())));
      }
      return results;
    };

    test('it bears its source\'s name and declares what the rig promises', () => {
      const account = rig.connector.capabilities.get('account');
      expect(rig.connector.source).toBe('known');
      expect(account?.read?.batch).toBeGreaterThanOrEqual(3);
      expect(account?.find.get('email')?.batch).toBeGreaterThanOrEqual(1);
      expect(rig.connector.capabilities.get('invoice')?.find.get('account')?.pageSize).toBeGreaterThanOrEqual(3);
    });

    test('read gives one result per key, in key order, whatever order the source answers in', async () => {
      const known = accounts.map((account) => account.id);
      const batch = rig.connector.capabilities.get('account')?.read?.batch ?? 0;
      const keys = [known[2], 'nobody', known[0], known[2], known[1]].filter((key) => key !== undefined).slice(0, batch);
      expect((await read(keys)).map(keyRead)).toEqual(keys.map((key) => (key === 'nobody' ? 'absent' : key)));
    });

    test('read takes as many keys as its batch', async () => {
      const batch = rig.connector.capabilities.get('account')?.read?.batch ?? 0;
      const keys = Array.from({ length: batch }, (_, at) => accounts[at]?.id ?? `nobody-${at}`);
      expect((await read(keys)).map(keyRead)).toEqual(keys.map((key) => (key.startsWith('nobody-') ? 'absent' : key)));
    });

    test('read of no keys gives no results', async () => {
      expect(await read([])).toEqual([]);
    });

    test.each([[[]], [['name']], [['id', 'city']], [['email', 'nickname']]])(
      'a row holds exactly the asked fields %j, and a field without a value is undefined',
      async (asked) => {
        for (const account of accounts.slice(0, 3)) {
          const expected = Object.fromEntries(asked.map((field) => [field, Object.entries(account).find(([name]) => name === field)?.[1]]));
          const [result] = await read([account.id], asked);
          expect(result?.kind).toBe('found');
          if (result?.kind !== 'found') continue;
          expect({ ...result.row.values }).toStrictEqual(expected);
          expect(result.row).toMatchObject({ key: account.id, fetchedAt: contractNow, stale: false });
        }
      },
    );

    test.each(accounts.map((account) => [account.id, account.name]))('the key %j is data: it reads its own row', async (key, expected) => {
      const [result] = await read([key]);
      expect(result?.kind === 'found' && result.row.values).toMatchObject({ name: expected });
    });

    test.each(unknownKeys.map((key) => [key]))('the key %j is data: it reads nothing and spoils only itself', async (key) => {
      const [before, odd, after] = await read(['A-1', key, 'A-2']);
      expect([before, after].map(keyRead)).toEqual(['A-1', 'A-2']);
      expect(odd?.kind).not.toBe('found');
    });

    test.each(unknownKeys.map((key) => [key]))('the key %j alone reads nothing', async (key) => {
      const [odd, ...others] = await read([key]);
      expect(odd?.kind).not.toBe('found');
      expect(others).toEqual([]);
    });

    lawThatNeeds('stray')('somebody else\'s row fails the key with SOURCE_MALFORMED and no other', async () => {
      const results = await read(['A-1', rig.stray ?? '', 'A-2']);
      expect(results.map(keyRead)).toEqual(['A-1', 'SOURCE_MALFORMED', 'A-2']);
    });

    lawThatNeeds('merges')('a key that was merged into another moved there: the row bears its own key and exactly the asked fields', async () => {
      const [result, ...others] = await read(['M-1'], ['name']);
      expect(others).toEqual([]);
      if (result?.kind !== 'moved') throw new Error(`expected it to have moved, got ${JSON.stringify(result)}`);
      expect({ ...result.row.values }).toStrictEqual({ name: 'Grace Hopper' });
      expect(result.row).toMatchObject({ key: 'A-2', fetchedAt: contractNow, stale: false });
    });

    lawThatNeeds('merges')('one row answers for its own key and for all that were merged into it, and for no other', async () => {
      expect((await read(['M-1', 'A-2', 'M-2'])).map(keyRead)).toEqual(['moved to A-2', 'A-2', 'moved to A-2']);
      expect((await read(['M-2', 'nobody', 'A-1'])).map(keyRead)).toEqual(['moved to A-2', 'absent', 'A-1']);
    });

    test('find gives one result per value, in value order, and rows only under the value they have', async () => {
      const shared = accounts.filter((account) => account.email === 'shared@example.com').map((account) => account.id).sort();
      const results = await findAccounts(['grace@example.com', 'nobody@example.com', 'ada@example.com', 'shared@example.com']);
      expect(shared).toHaveLength(2);
      expect(results.map(keysFound)).toEqual([['A-2'], [], ['A-1'], shared]);
    });

    test('a caseless find takes every spelling of a value, and each spelling gets the rows', async () => {
      const results = await findAccounts(['ADA@Example.Com', 'ada@example.com']);
      expect(results.map(keysFound)).toEqual([['A-1'], ['A-1']]);
    });

    test.each(unknownEmails.map((value) => [value]))(
      'the value %j is data: it finds nothing and spoils only itself',
      async (value) => {
        const [odd, sane] = await findAccounts([value, 'ada@example.com']);
        expect(odd === undefined ? undefined : keysFound(odd)).toEqual(odd?.kind === 'failed' ? odd.error.code : []);
        expect(sane === undefined ? undefined : keysFound(sane)).toEqual(['A-1']);
      },
    );

    test('a find pages through all rows, none twice, and the last page has no next', async () => {
      const expected = invoices.filter((invoice) => invoice.account === 'A-1').map((invoice) => String(invoice.id));
      const pages: string[][] = [];
      let at: string | undefined;
      do {
        const [result] = await rig.connector.find({ ...aMatch('invoice', 'account', ['A-1'], ['amount']), page: { size: 3, at } }, aCall());
        if (result?.kind !== 'rows') throw new Error(`expected rows, got ${JSON.stringify(result)}`);
        pages.push(result.rows.map((row) => row.key));
        at = result.next;
      } while (at !== undefined && pages.length < 10);
      expect(pages.flat().sort()).toEqual(expected.sort());
      expect(pages.slice(0, 2).map((page) => page.length)).toEqual([3, 3]);
    });

    test('a page that is asked for twice is the same page', async () => {
      const request = { ...aMatch('invoice', 'account', ['A-1'], ['amount']), page: { size: 3, at: undefined } };
      const [first] = await rig.connector.find(request, aCall());
      const next = { ...request, page: { size: 3, at: first?.kind === 'rows' ? first.next : undefined } };
      const [once, twice] = await Promise.all([rig.connector.find(next, aCall()), rig.connector.find(next, aCall())]);
      expect(once.map(keysFound)).toEqual(twice.map(keysFound));
      expect(once.map(keysFound)).not.toEqual([first === undefined ? undefined : keysFound(first)]);
    });

    test('an account without invoices has a page of none', async () => {
      const [result] = await rig.connector.find(aMatch('invoice', 'account', ['A-3']), aCall());
      expect(result).toEqual({ kind: 'rows', rows: [], next: undefined });
    });

    lawThatNeeds('list')('a list gives one result, filtered and in the asked order, page by page', async () => {
      const london = accounts.filter((account) => account.city === 'London').map((account) => account.name).sort();
      for (const [direction, expected] of [['ASC', london], ['DESC', [...london].reverse()]] as const) {
        const names: unknown[] = [];
        let at: string | undefined;
        do {
          const results = await rig.connector.find({
            kind: 'list', entity: 'account', fields: ['name'], page: { size: 3, at },
            filters: [{ name: 'city', value: 'London' }], order: { name: 'NAME', direction },
          }, aCall());
          expect(results).toHaveLength(1);
          const [result] = results;
          if (result?.kind !== 'rows') throw new Error(`expected rows, got ${JSON.stringify(result)}`);
          expect(result.rows.length).toBeLessThanOrEqual(3);
          names.push(...result.rows.map((row) => row.values['name']));
          at = result.next;
        } while (at !== undefined && names.length < 20);
        expect(names).toEqual(expected);
      }
    });

    lawThatNeeds('list')('a filter\'s value is data: it widens nothing', async () => {
      for (const value of ['%', '*', '\' or \'1\'=\'1', 'London&city=Paris', 'London,Paris']) {
        const results = await rig.connector.find({
          kind: 'list', entity: 'account', fields: ['name'], page: { size: 3, at: undefined },
          filters: [{ name: 'city', value }], order: undefined,
        }, aCall());
        expect(results.map(keysFound)).toEqual([[]]);
      }
    });

    test('a source that cannot be reached rejects read and find with SOURCE_UNAVAILABLE', async () => {
      await expectRejection(rig.unreachable.read({ entity: 'account', keys: [sourceKey('A-1')], fields }, aCall()), 'SOURCE_UNAVAILABLE');
      await expectRejection(rig.unreachable.find(aMatch('account', 'email', ['ada@example.com']), aCall()), 'SOURCE_UNAVAILABLE');
    });

    test('a signal that is aborted already rejects with SOURCE_TIMEOUT', async () => {
      const signal = AbortSignal.abort();
      await expectRejection(rig.connector.read({ entity: 'account', keys: [sourceKey('A-1')], fields }, aCall(signal)), 'SOURCE_TIMEOUT');
      await expectRejection(rig.connector.find(aMatch('account', 'email', ['ada@example.com']), aCall(signal)), 'SOURCE_TIMEOUT');
    });

    lawThatNeeds('hang')('an aborted signal ends the call soon, and with it the upstream request', withOwnRig(async (own) => {
      await own.hang();
      const abort = new AbortController();
      const call = own.connector.read({ entity: 'account', keys: [sourceKey('A-1')], fields }, aCall(abort.signal));
      const rejection = expectRejection(call, 'SOURCE_TIMEOUT');
      await until(async () => (await own.pending()) === 1);
      const aborted = performance.now();
      abort.abort();
      await rejection;
      expect(performance.now() - aborted).toBeLessThan(1000);
      await until(async () => (await own.pending()) === 0);
    }));

    test('close may be called twice, and a call after it rejects with SOURCE_UNAVAILABLE', withOwnRig(async (own) => {
      await own.connector.close();
      await own.connector.close();
      await expectRejection(own.connector.read({ entity: 'account', keys: [sourceKey('A-1')], fields }, aCall()), 'SOURCE_UNAVAILABLE');
    }));
  });
}
