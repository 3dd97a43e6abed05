import { expect, test } from '@jest/globals';
import type { Connector, EntityCapabilities, FindResult, ReadResult, Row } from '../../../src/connectors/connector.ts';
import { probeSource } from '../../../src/connectors/probe.ts';
import { SourceError } from '../../../src/errors.ts';
import { sourceKey, sourceName } from '../../../src/ids.ts';

const none: EntityCapabilities = { projects: true, read: undefined, find: new Map(), list: undefined };
const reading: EntityCapabilities = { ...none, read: { batch: 10 } };
const finding: EntityCapabilities = { ...none, find: new Map([['number', { batch: 1, pageSize: 10 }]]) };
const listing: EntityCapabilities = { ...none, list: { pageSize: 10, filters: [], orders: [] } };
const row: Row = { key: sourceKey('1'), values: { id: '1', name: 'Kim' }, fetchedAt: 0, stale: false };

/** Probes a source with one entity, and says what it was asked. */
async function probing(can: EntityCapabilities, answers: { readonly read?: ReadResult | Error; readonly find?: FindResult | Error } = {}): Promise<{ readonly probed: unknown; readonly asked: readonly unknown[] }> {
  const asked: unknown[] = [];
  const answer = async <Answer extends object>(request: unknown, given: Answer | Error | undefined): Promise<readonly Answer[]> => {
    asked.push(request);
    if (given === undefined || given instanceof Error) throw given ?? new Error('nothing was to be asked');
    return [given];
  };
  const connector: Connector = {
    source: sourceName('crm'), capabilities: new Map([['contact', can]]),
    read: (request) => answer(request, answers.read), find: (request) => answer(request, answers.find), close: async () => undefined,
  };
  const probed = await probeSource(connector, { clock: () => 0, deadline: 1_000, invented: '913', keyPath: () => 'id' });
  return { probed: probed.map(({ asked: words, outcome, said }) => ({ asked: words, outcome, said })), asked };
}

test('a record is asked for by a key that was made up, and nothing but its key', async () => {
  expect(await probing(reading, { read: { kind: 'absent' } })).toEqual({
    asked: [{ entity: 'contact', keys: ['913'], fields: ['id'] }],
    probed: [{ asked: 'read by id', outcome: 'answered', said: 'no such record, as expected' }],
  });
});

test('where records cannot be read by key they are looked for by a made-up value', async () => {
  expect(await probing(finding, { find: { kind: 'rows', rows: [], next: undefined } })).toEqual({
    asked: [{ kind: 'match', entity: 'contact', attribute: 'number', values: ['913'], fields: ['id'], page: { size: 1, at: undefined } }],
    probed: [{ asked: 'find by number', outcome: 'answered', said: 'no such record, as expected' }],
  });
});

test('what takes no made-up key is looked for by a made-up value, and otherwise not asked', async () => {
  const particular = { ...reading, read: { batch: 10, takes: (key: string) => key.startsWith('C') } };
  expect(await probing({ ...particular, find: finding.find }, { find: { kind: 'rows', rows: [], next: undefined } })).toMatchObject({ probed: [{ asked: 'find by number', outcome: 'answered' }] });
  expect(await probing(particular)).toEqual({ asked: [], probed: [{ asked: 'nothing', outcome: 'skipped', said: 'it takes no key that was made up' }] });
});

test('what can only be listed is not asked', async () => {
  expect(await probing(listing)).toEqual({ asked: [], probed: [{ asked: 'nothing', outcome: 'skipped', said: 'it can only be listed, and a list holds customers' }] });
});

test.each([
  ['read', reading, { read: { kind: 'found', row } }],
  ['moved', reading, { read: { kind: 'moved', row } }],
  ['found', finding, { find: { kind: 'rows', rows: [row], next: undefined } }],
] as const)('a record that is %s by a made-up key is odd, and not told', async (_, can, answers) => {
  const { probed } = await probing(can, answers);
  expect(probed).toMatchObject([{ outcome: 'odd' }]);
  expect(JSON.stringify(probed)).not.toContain('Kim');
});

const error = new SourceError({ code: 'SOURCE_TIMEOUT', source: 'crm', message: 'no answer within 1000 ms' });
test.each([
  ['a call that fails', reading, { read: error }],
  ['a key that fails', reading, { read: { kind: 'failed', error } }],
  ['a look-up that fails', finding, { find: { kind: 'failed', error } }],
] as const)('%s says why', async (_, can, answers) => {
  expect((await probing(can, answers)).probed).toMatchObject([{ outcome: 'failed', said: 'SOURCE_TIMEOUT: no answer within 1000 ms' }]);
});
