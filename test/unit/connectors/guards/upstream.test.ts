import { describe, expect, test } from '@jest/globals';
import { SourceError } from '../../../../src/errors.ts';
import { reportCalls } from '../../../../src/connectors/guards/upstream.ts';
import { aCall, aConnector, aFailure, aMatch, aRead, aRecord, outcome } from './fixtures.ts';

function aReported(fail?: () => unknown) {
  const { events, observe } = aRecord();
  let now = 100;
  const answer = async (): Promise<never[]> => {
    now += 30;
    if (fail !== undefined) throw fail();
    return [];
  };
  return { guarded: reportCalls(aConnector({ read: answer, find: answer }), { clock: () => now, observe }), events };
}

describe('reported calls', () => {
  test('tell what was done and how long it took', async () => {
    const { guarded, events } = aReported();
    await guarded.read(aRead(), aCall());
    await guarded.find(aMatch('a'), aCall());
    const common = { kind: 'call', source: 'billing', entity: 'account', milliseconds: 30, code: undefined, error: undefined, requestId: 'r1' };
    expect(events).toEqual([
      { ...common, operation: 'read' },
      { ...common, operation: 'find' },
    ]);
  });

  test('leave a SourceError as it is', async () => {
    const failure = aFailure('SOURCE_MALFORMED', { fault: 'request' });
    const { guarded, events } = aReported(() => failure);
    expect(await outcome(guarded.read(aRead(), aCall()))).toBe(failure);
    expect(events).toMatchObject([{ kind: 'call', code: 'SOURCE_MALFORMED', error: failure }]);
  });

  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  test.each([
    ['a broken connection', reset],
    ['a failed fetch', new TypeError('fetch failed', { cause: reset })],
    ['something that is no error', 'gone'],
  ])('make %s an unavailable source, and keep the cause', async (_name, cause) => {
    const { guarded, events } = aReported(() => cause);
    const failure = await outcome(guarded.read(aRead(), aCall()));
    expect(failure).toBeInstanceOf(SourceError);
    expect(failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source', source: 'billing', cause });
    expect(events.map(({ kind }) => kind)).toEqual(['call']);
  });

  test.each([new TypeError('x is not a function'), new RangeError('x'), new ReferenceError('x'), new SyntaxError('x')])(
    'report a mistake in the connector (%s) as a defect, which is no fault of the source',
    async (mistake) => {
      const { guarded, events } = aReported(() => mistake);
      expect(await outcome(guarded.read(aRead(), aCall()))).toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
        fault: 'request',
        cause: mistake,
      });
      expect(events[0]).toEqual({ kind: 'defect', source: 'billing', error: mistake, requestId: 'r1' });
    },
  );

  test('give the reason of an abort instead of what the connector made of it', async () => {
    const timeout = aFailure('SOURCE_TIMEOUT');
    const { guarded, events } = aReported(() => new DOMException('aborted', 'AbortError'));
    expect(await outcome(guarded.read(aRead(), aCall({ signal: AbortSignal.abort(timeout) })))).toBe(timeout);
    expect(events).toMatchObject([{ kind: 'call', code: 'SOURCE_TIMEOUT' }]);
  });
});
