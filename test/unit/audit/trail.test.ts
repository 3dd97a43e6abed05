import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { NewEntry } from '../../../src/audit/entry.ts';
import { openAuditKeys } from '../../../src/audit/keys.ts';
import type { Ended } from '../../../src/audit/outcomes.ts';
import { openTrail, type Trail } from '../../../src/audit/trail.ts';
import { secret } from '../../../src/secret.ts';
import type { AuditLog, AuditRecord } from '../../../src/store/audit-log.ts';
import { until } from '../../fixtures/until.ts';

const { current: key } = openAuditKeys([{ id: 'k', key: secret('x'.repeat(32)) }]);
const act = (action: string): NewEntry => ({ kind: 'administration', actor: 'ada', action, about: {} });
const ended = (disclosure: string, purpose = 'service.support', status = 'OK'): Ended => ({ disclosure, purpose, sources: [{ source: 'crm', status }] });

/** A log whose writes the test lets through. */
let batches: { readonly records: readonly AuditRecord[]; readonly written: PromiseWithResolvers<void> }[];
let warnings: string[];
let trail: Trail;
beforeEach(() => {
  [batches, warnings] = [[], []];
  let minted = 0;
  const log = {
    append: (records: readonly AuditRecord[]) => {
      const written = Promise.withResolvers<undefined>();
      batches.push({ records, written: written as PromiseWithResolvers<void> });
      return written.promise;
    },
  } as Pick<AuditLog, 'append'> as AuditLog;
  trail = openTrail({ log, key, process: 'test', clock: () => 7, newId: () => `id-${(minted += 1)}`, warn: (message) => void warnings.push(message) });
});

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const actions = (): readonly (readonly string[])[] => batches.map(({ records }) => records.map(({ entry = '{}' }) => {
  const { kind, disclosures, action = disclosures?.join(' ') ?? kind } = JSON.parse(entry) as { readonly kind: string; readonly disclosures?: readonly string[]; readonly action?: string };
  return action;
}));

describe('a chain', () => {
  test('begins with its process; entries follow one another', async () => {
    const appended = trail.append(act('a'));
    await turn();
    batches[0]?.written.resolve();
    await appended;
    void trail.append(act('b'));
    await turn();
    const records = batches.flatMap((batch) => batch.records);
    expect(actions()).toEqual([['opened', 'a'], ['b']]);
    expect(new Set(records.map(({ chain }) => chain)).size).toBe(1);
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(records.map(({ previous }) => previous)).toEqual(['', records[0]?.mac, records[1]?.mac]);
    expect(records[0]).toMatchObject({ kind: 'opened', at: 7, key: 'k', entry: JSON.stringify({ at: 7, id: 'id-3', kind: 'opened', process: 'test' }) });
  });

  test('is not believed to go further than was written', async () => {
    const first = trail.append(act('a'));
    await turn();
    expect(trail.head()).toBeUndefined();
    batches[0]?.written.resolve();
    await first;
    expect(trail.head()).toMatchObject({ seq: 2, mac: batches[0]?.records[1]?.mac });
  });

  test('that could not be written on fails those who waited for it; the next entry begins a new one', async () => {
    const [one, two] = [trail.append(act('a')), trail.append(act('b'))];
    await turn();
    const later = trail.append(act('c'));
    batches[0]?.written.reject(new Error('full'));
    await expect(one).rejects.toThrow('full');
    await expect(two).rejects.toThrow('full');
    await turn();
    batches[1]?.written.resolve();
    await later;
    expect(actions()).toEqual([['opened', 'a', 'b'], ['opened', 'c']]);
    expect(batches[1]?.records[0]?.chain).not.toBe(batches[0]?.records[0]?.chain);
    expect(batches[1]?.records[0]).toMatchObject({ seq: 1, previous: '' });
  });

  test('ends with a last entry, after which nothing is taken', async () => {
    const appended = trail.append(act('a'));
    const closed = trail.close();
    await turn();
    batches[0]?.written.resolve();
    await Promise.all([appended, closed]);
    await trail.close();
    expect(actions()).toEqual([['opened', 'a', 'closed']]);
    await expect(trail.append(act('b'))).rejects.toThrow('closed');
    expect(trail.head()).toMatchObject({ seq: 3 });
  });

  test('in which nothing happened does not begin', async () => {
    await trail.close();
    expect(batches).toEqual([]);
  });
});

describe('entries', () => {
  test('that come while others are written share the next write', async () => {
    const first = trail.append(act('a'));
    await turn();
    const rest = ['b', 'c', 'd'].map((action) => trail.append(act(action)));
    await turn();
    expect(actions()).toEqual([['opened', 'a']]);
    batches[0]?.written.resolve();
    await first;
    await turn();
    expect(actions()).toEqual([['opened', 'a'], ['b', 'c', 'd']]);
    batches[1]?.written.resolve();
    expect(new Set(await Promise.all(rest)).size).toBe(3);
  });

  test('that come the moment before a write has ended are written too', async () => {
    const second = trail.append(act('a')).then(() => trail.append(act('b')));
    await turn();
    batches[0]?.written.resolve();
    await turn();
    await turn();
    batches[1]?.written.resolve();
    await second;
    expect(actions()).toEqual([['opened', 'a'], ['b']]);
  });

  test('are fulfilled with their id, only once they are written', async () => {
    let id: string | undefined;
    void trail.append(act('a')).then((given) => void (id = given));
    await turn();
    await turn();
    expect(id).toBeUndefined();
    batches[0]?.written.resolve();
    await turn();
    expect(JSON.parse(batches[0]?.records[1]?.entry ?? '')).toMatchObject({ id });
  });

  test('that nobody waits for go along with the next, and at the latest with the last', async () => {
    trail.note(ended('a'));
    await turn();
    expect(batches).toEqual([]);
    const appended = trail.append(act('b'));
    await turn();
    expect(actions()).toEqual([['opened', 'a', 'b']]);
    batches[0]?.written.resolve();
    await appended;
    trail.note(ended('c'));
    void trail.close();
    await turn();
    batches[1]?.written.resolve();
    await turn();
    expect(actions().slice(1)).toEqual([['c', 'closed']]);
  });

  test('that nobody waits for do not begin a write of their own when another one ends, and do soon after', async () => {
    const first = trail.append(act('a'));
    await turn();
    trail.note(ended('b'));
    batches[0]?.written.resolve();
    await first;
    await turn();
    await turn();
    expect(actions()).toEqual([['opened', 'a']]);
    await until(() => batches.length > 1);
    expect(actions()).toEqual([['opened', 'a'], ['b']]);
  });

  test('that nobody waits for and that are due while others are written follow them', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    try {
      const first = trail.append(act('a'));
      await turn();
      trail.note(ended('b'));
      jest.advanceTimersByTime(100);
      expect(actions()).toEqual([['opened', 'a']]);
      batches[0]?.written.resolve();
      await first;
      await turn();
      expect(actions()).toEqual([['opened', 'a'], ['b']]);
    } finally {
      jest.useRealTimers();
    }
  });

  test('that say how disclosures ended are one for all that ended alike', async () => {
    for (const one of [ended('a'), ended('b', 'marketing.email'), ended('c'), ended('d', 'service.support', 'TIMEOUT'), ended('e')]) trail.note(one);
    const appended = trail.append(act('f'));
    await turn();
    batches[0]?.written.resolve();
    await appended;
    expect(actions()).toEqual([['opened', 'a c e', 'b', 'd', 'f']]);
    expect(batches[0]?.records.slice(1, 4).map(({ kind, purpose, customers, entry = '' }) => ({ kind, purpose, customers, sources: (JSON.parse(entry) as { readonly sources: unknown }).sources }))).toEqual([
      { kind: 'outcome', purpose: 'service.support', customers: [], sources: [{ source: 'crm', status: 'OK' }] },
      { kind: 'outcome', purpose: 'marketing.email', customers: [], sources: [{ source: 'crm', status: 'OK' }] },
      { kind: 'outcome', purpose: 'service.support', customers: [], sources: [{ source: 'crm', status: 'TIMEOUT' }] },
    ]);
  });

  test('that say how disclosures ended are of 500 of them at most', async () => {
    for (let at = 0; at < 1001; at += 1) trail.note(ended(`d${at}`));
    void trail.close();
    await turn();
    expect(batches[0]?.records.map(({ entry = '' }) => (JSON.parse(entry) as { readonly disclosures?: readonly string[] }).disclosures?.length)).toEqual([undefined, 500, 500, 1, undefined]);
  });

  test('that nobody waits for are told of when they are lost', async () => {
    trail.note(ended('a'));
    const appended = trail.append(act('b'));
    await turn();
    batches[0]?.written.reject(new Error('full'));
    await expect(appended).rejects.toThrow();
    expect(warnings).toHaveLength(1);
  });

  test('that are no JSON fail alone, and do not stop the trail', async () => {
    const [appended, refused] = [trail.append(act('b')), trail.append(act('half a character: \ud800'))];
    await expect(refused).rejects.toThrow();
    await turn();
    batches[0]?.written.resolve();
    await appended;
    expect(actions()).toEqual([['opened', 'b']]);
  });
});
