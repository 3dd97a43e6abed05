import { describe, expect, test } from '@jest/globals';
import type { Connector, FindResult, ReadResult } from '../../../../src/connectors/connector.ts';
import { withConfirmedAbsence } from '../../../../src/connectors/guards/confirm-absent.ts';
import { sourceKey } from '../../../../src/ids.ts';
import { aCall, aConnector, aFailure, aListing, aMatch, aRead, aRecord, absent, found, keysOf, outcome } from './fixtures.ts';

/** A source that answers the first call with `first`, and later ones with `then`. */
function aForgetful(first: readonly ReadResult[], then: Connector['read']) {
  const asked: (readonly string[])[] = [];
  const { events, observe } = aRecord();
  const connector = aConnector({
    read: async (request, call) => {
      asked.push(request.keys);
      return asked.length === 1 ? first : then(request, call);
    },
  });
  return { guarded: withConfirmedAbsence(connector, { observe }), asked, events };
}

const [one, two, three] = keysOf('1', '2', '3').map(found);
if (one === undefined || two === undefined || three === undefined) throw new Error('three keys were given');

describe('confirmed absence', () => {
  test('asks once more, in one call, for what a batch left out', async () => {
    const { guarded, asked, events } = aForgetful([absent, two, absent], async () => [one, absent]);
    expect(await guarded.read(aRead('1', '2', '3'), aCall())).toEqual([one, two, absent]);
    expect(asked).toEqual([['1', '2', '3'], ['1', '3']]);
    expect(events).toEqual([{ kind: 'half-batch', source: 'billing', entity: 'account', missed: 1, requestId: 'r1' }]);
  });

  test.each([
    ['all are found', [one, two]],
    ['all are absent', [absent, absent]],
    ['the others failed', [absent, { kind: 'failed', error: aFailure('SOURCE_MALFORMED') }]],
  ] as const)('asks no more when %s', async (_name, results) => {
    const { guarded, asked } = aForgetful(results, async () => []);
    expect(await guarded.read(aRead('1', '2'), aCall())).toBe(results);
    expect(asked).toHaveLength(1);
  });

  test('takes a record that has moved for one that is there, in the first answer and in the second', async () => {
    const moved: ReadResult = { kind: 'moved', row: { key: sourceKey('9'), values: {}, fetchedAt: 0, stale: false } };
    const { guarded, asked, events } = aForgetful([moved, absent, absent], async () => [moved, absent]);
    expect(await guarded.read(aRead('1', '2', '3'), aCall())).toEqual([moved, moved, absent]);
    expect(asked).toEqual([['1', '2', '3'], ['2', '3']]);
    expect(events).toMatchObject([{ kind: 'half-batch', missed: 1 }]);
  });

  test('says nothing of a half batch when the keys are absent indeed', async () => {
    const { guarded, events } = aForgetful([one, absent], async () => [absent]);
    expect(await guarded.read(aRead('1', '2'), aCall())).toEqual([one, absent]);
    expect(events).toEqual([]);
  });

  test('fails the keys that it cannot ask for again, and keeps what was found', async () => {
    const timeout = aFailure('SOURCE_TIMEOUT');
    const { guarded } = aForgetful([one, absent, three], async () => {
      throw timeout;
    });
    expect(await guarded.read(aRead('1', '2', '3'), aCall())).toEqual([one, { kind: 'failed', error: timeout }, three]);
  });

  test('fails when the first call fails', async () => {
    const failure = aFailure('SOURCE_UNAVAILABLE');
    const connector = aConnector({
      read: async () => {
        throw failure;
      },
    });
    const guarded = withConfirmedAbsence(connector, { observe: () => {} });
    expect(await outcome(guarded.read(aRead('1', '2'), aCall()))).toBe(failure);
  });
});

describe('confirmed absence of what is looked up', () => {
  const rows = (...keys: readonly string[]): FindResult => (
    { kind: 'rows', rows: keysOf(...keys).map((key) => ({ key, values: {}, fetchedAt: 0, stale: false })), next: undefined }
  );
  const forgetfulOf = (lookedUp: string | undefined) => {
    const asked: unknown[] = [];
    const { events, observe } = aRecord();
    const connector = aConnector({
      find: async (request) => {
        asked.push(request.kind === 'list' ? 'list' : request.values);
        return asked.length === 1 ? [rows('1'), rows()] : [rows('2')];
      },
    });
    return { guarded: withConfirmedAbsence(connector, { lookedUp, observe }), asked, events };
  };

  test('asks once more for the values that a batch left out', async () => {
    const { guarded, asked, events } = forgetfulOf('account');
    expect(await guarded.find(aMatch('a', 'b'), aCall())).toEqual([rows('1'), rows('2')]);
    expect(asked).toEqual([['a', 'b'], ['b']]);
    expect(events).toEqual([{ kind: 'half-batch', source: 'billing', entity: 'account', missed: 1, requestId: 'r1' }]);
  });

  test.each([
    ['of another entity', 'contact', aMatch('a', 'b')],
    ['of no entity', undefined, aMatch('a', 'b')],
    ['of a later page', 'account', { ...aMatch('a', 'b'), page: { size: 10, at: 'x' } }],
    ['in a listing', 'account', aListing],
  ] as const)('takes nothing %s for nothing', async (_name, lookedUp, request) => {
    const { guarded, asked } = forgetfulOf(lookedUp);
    expect(await guarded.find(request, aCall())).toEqual([rows('1'), rows()]);
    expect(asked).toHaveLength(1);
  });
});
