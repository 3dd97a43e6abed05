import { describe, expect, jest, test } from '@jest/globals';
import { withCoalescing } from '../../../../src/connectors/guards/coalesce.ts';
import { isOwnFailure } from '../../../../src/connectors/guards/own-failure.ts';
import type { Call, Connector, FindRequest, FindResult, ReadRequest, ReadResult } from '../../../../src/connectors/connector.ts';
import { aCall, aConnector, aFailure, aListing, aMatch, aRead, found, outcome } from './fixtures.ts';

const capabilities: Connector['capabilities'] = new Map([['account', {
  projects: true, read: { batch: 3 }, list: undefined, find: new Map([['email', { batch: 3, pageSize: 10 }], ['phone', { batch: 1, pageSize: 10 }]]),
}]]);

interface Source {
  readonly connector: Connector;
  readonly reads: (readonly [ReadRequest, Call])[];
  readonly finds: FindRequest[];
}

/** A source that takes three keys a call, and answers as told. */
function aSource(answer: (request: ReadRequest, call: Call) => Promise<readonly ReadResult[]> = async ({ keys }) => keys.map(found)): Source {
  const [reads, finds]: [Source['reads'], FindRequest[]] = [[], []];
  const connector = {
    ...aConnector({
      read: (request, call) => {
        reads.push([request, call]);
        return answer(request, call);
      },
      find: async (request) => {
        finds.push(request);
        return (request.kind === 'match' ? request.values : ['']).map((value): FindResult => ({ kind: 'rows', rows: [], next: value }));
      },
    }), capabilities,
  };
  return { connector: withCoalescing(connector, { limit: 500, clock: () => Date.now(), observe: () => undefined }), reads, finds };
}
const keysOf = ({ reads }: Source): readonly (readonly string[])[] => reads.map(([{ keys }]) => keys);
const told = (results: readonly ReadResult[]): readonly string[] => results.map((one) => (one.kind === 'found' ? one.row.key : one.kind));
/** Never answers, and ends with its signal. */
const silent = (_request: ReadRequest, { signal }: Call): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('reads of one turn', () => {
  test('are one call, each key once, and everybody is told what was asked for', async () => {
    const source = aSource();
    const [one, other] = await Promise.all([source.connector.read(aRead('1', '2'), aCall()), source.connector.read(aRead('3', '1'), aCall())]);
    expect(keysOf(source)).toEqual([['1', '2', '3']]);
    expect([told(one), told(other)]).toEqual([['1', '2'], ['3', '1']]);
  });

  test('are as many calls as the source needs, and no request is torn apart', async () => {
    const source = aSource();
    const results = await Promise.all([aRead('1', '2'), aRead('3', '4'), aRead('5')].map((read) => source.connector.read(read, aCall())));
    expect(keysOf(source)).toEqual([['1', '2'], ['3', '4', '5']]);
    expect(results.map(told)).toEqual([['1', '2'], ['3', '4'], ['5']]);
  });

  test('are apart where other fields are asked for', async () => {
    const source = aSource();
    await Promise.all([source.connector.read(aRead('1'), aCall()), source.connector.read({ ...aRead('1'), fields: ['phone'] }, aCall())]);
    expect(source.reads).toHaveLength(2);
  });

  test('are apart from those of later turns: what was read before is not told again', async () => {
    const source = aSource();
    await source.connector.read(aRead('1'), aCall());
    await source.connector.read(aRead('1'), aCall());
    expect(source.reads).toHaveLength(2);
  });

  test('that nobody joins keep their call as it is', async () => {
    const source = aSource();
    const call = aCall();
    await source.connector.read(aRead('1'), call);
    expect(source.reads[0]?.[1]).toBe(call);
  });

  test('fail together where the call fails', async () => {
    const source = aSource(async () => Promise.reject(aFailure('SOURCE_UNAVAILABLE')));
    const results = await Promise.all([aRead('1'), aRead('2')].map((read) => outcome(source.connector.read(read, aCall()))));
    expect(results).toMatchObject([{ code: 'SOURCE_UNAVAILABLE' }, { code: 'SOURCE_UNAVAILABLE' }]);
  });

  test('fail where there is not one result per key', async () => {
    const source = aSource(async () => []);
    const results = await Promise.all([aRead('1'), aRead('2')].map((read) => outcome(source.connector.read(read, aCall()))));
    expect(results).toMatchObject([{ code: 'SOURCE_MALFORMED' }, { code: 'SOURCE_MALFORMED' }]);
  });
});

describe('who waits for a shared call', () => {
  test('may leave, which ends it for nobody else; it ends with the last of them', async () => {
    const source = aSource(silent);
    const [first, second] = [new AbortController(), new AbortController()];
    const results = [first, second].map(({ signal }) => outcome(source.connector.read(aRead('1'), aCall({ signal }))));
    await new Promise((resolve) => setImmediate(resolve));
    first.abort();
    const left = await results[0];
    expect([left, isOwnFailure(left)]).toMatchObject([{ code: 'SOURCE_TIMEOUT' }, true]);
    expect(source.reads[0]?.[1].signal.aborted).toBe(false);
    second.abort();
    expect(isOwnFailure(await results[1])).toBe(true);
    expect(source.reads[0]?.[1].signal.aborted).toBe(true);
  });

  test('has left already: it costs the others nothing', async () => {
    const source = aSource();
    const gone = outcome(source.connector.read(aRead('1'), aCall({ signal: AbortSignal.abort() })));
    const [one, other] = await Promise.all([source.connector.read(aRead('2'), aCall()), source.connector.read(aRead('3'), aCall())]);
    expect([told(one), told(other), isOwnFailure(await gone)]).toEqual([['2'], ['3'], true]);
  });

  test('stops at a deadline of its own, also twice over, while the others go on', async () => {
    jest.useFakeTimers({ now: 1000, doNotFake: ['setImmediate'] });
    try {
      const source = aSource(silent);
      const patient = new AbortController();
      const hurried = outcome(source.connector.read(aRead('1'), aCall({ deadline: 1200 })));
      const other = outcome(source.connector.read(aRead('1'), aCall({ deadline: 9000, signal: patient.signal })));
      await new Promise((resolve) => setImmediate(resolve));
      expect(source.reads[0]?.[1].deadline).toBe(9000);
      await jest.advanceTimersByTimeAsync(200);
      const late = await hurried;
      expect([late, isOwnFailure(late)]).toMatchObject([{ code: 'SOURCE_TIMEOUT' }, false]);
      expect(source.reads[0]?.[1].signal.aborted).toBe(false);
      patient.abort();
      expect(await other).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('look-ups', () => {
  test('of one attribute and one page are one call', async () => {
    const source = aSource();
    const results = await Promise.all([source.connector.find(aMatch('a', 'b'), aCall()), source.connector.find(aMatch('b', 'c'), aCall())]);
    expect(source.finds).toMatchObject([{ values: ['a', 'b', 'c'] }]);
    expect(results.map((all) => all.map((one) => one.kind === 'rows' && one.next))).toEqual([['a', 'b'], ['b', 'c']]);
  });

  test.each<[string, FindRequest, FindRequest]>([
    ['of which a call takes one value', { ...aMatch('a'), attribute: 'phone' }, { ...aMatch('b'), attribute: 'phone' }],
    ['of another page', aMatch('a'), { ...aMatch('b'), page: { size: 10, at: 'next' } }],
    ['that list', aListing, aListing],
  ])('%s stay apart', async (_name, one, other) => {
    const source = aSource();
    await Promise.all([source.connector.find(one, aCall()), source.connector.find(other, aCall())]);
    expect(source.finds).toHaveLength(2);
  });
});
