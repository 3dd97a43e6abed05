import { describe, expect, jest, test } from '@jest/globals';
import type { CompiledQuery } from 'kysely';
import type { Call } from '../../../../src/connectors/connector.ts';
import { failuresOf } from '../../../../src/connectors/failure.ts';
import { openAsking } from '../../../../src/connectors/sql/ask.ts';
import { borrow } from '../../../../src/connectors/sql/dialects/borrow.ts';
import type { Database, Diagnosis } from '../../../../src/connectors/sql/dialects/dialect.ts';
import { dialect as mssql } from '../../../../src/connectors/sql/dialects/mssql.ts';
import { dialect as mysql } from '../../../../src/connectors/sql/dialects/mysql.ts';
import { dialect as oracle } from '../../../../src/connectors/sql/dialects/oracle.ts';
import { dialect as postgres } from '../../../../src/connectors/sql/dialects/postgres.ts';
import { dialect as sqlite } from '../../../../src/connectors/sql/dialects/sqlite.ts';
import { sourceName } from '../../../../src/ids.ts';

const statement = {} as CompiledQuery;
const now = 1000;

function asking(run: Database['run'], diagnosis: Diagnosis = 'unreachable') {
  const close = jest.fn(async () => undefined);
  const opened = openAsking({ database: { run, close }, diagnose: () => diagnosis, fail: failuresOf(sourceName('erp')), clock: () => now });
  return { ...opened, ask: opened.askOf('kunde'), closed: close };
}

const aCall = (over: Partial<Call> = {}): Call => ({ signal: new AbortController().signal, deadline: now + 10_000, requestId: 'r-1', ...over });
const untilAborted: Database['run'] = (_statement, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('asking a database', () => {
  const error = Object.assign(new Error('invalid input syntax: "ada@example.com"'), { code: '22P02' });

  test.each<[Diagnosis, object]>([
    ['ended', { code: 'SOURCE_TIMEOUT', fault: 'source' }],
    ['statement', { code: 'SOURCE_UNAVAILABLE', fault: 'request' }],
    ['loss', { code: 'SOURCE_MALFORMED', fault: 'source' }],
    ['unreachable', { code: 'SOURCE_UNAVAILABLE', fault: 'source' }],
  ])('rejects what is %s', async (diagnosis, expected) => {
    const told = expect.objectContaining({ message: expect.stringMatching(/^kunde: (?!.*ada@).*\(22P02\)$/) });
    await expect(asking(() => Promise.reject(error), diagnosis).ask('kunde', statement, aCall())).rejects.toMatchObject(expected);
    await expect(asking(() => Promise.reject(error), diagnosis).ask('kunde', statement, aCall())).rejects.toEqual(told);
  });

  test('tells of a refused value without repeating it', async () => {
    const told = await asking(() => Promise.reject(error), 'value').ask('kunde', statement, aCall());
    expect(told).toMatchObject({ kind: 'refused', error: { code: 'SOURCE_UNAVAILABLE', fault: 'request', message: 'kunde: a value does not fit its column (22P02)', cause: undefined } });
  });

  test('ends at the deadline even if nobody aborts', async () => {
    await expect(asking(untilAborted).ask('kunde', statement, aCall({ deadline: now + 20 }))).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  });

  test('does not begin when the time is up', async () => {
    const run = jest.fn(untilAborted);
    await expect(asking(run).ask('kunde', statement, aCall({ deadline: now }))).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(run).not.toHaveBeenCalled();
  });

  test('an endless deadline is no deadline', async () => {
    await expect(asking(async () => []).ask('kunde', statement, aCall({ deadline: Infinity }))).resolves.toEqual({ kind: 'rows', rows: [] });
  });

  test('closing ends the calls under way, and waits for them before it ends the connections', async () => {
    const events: string[] = [];
    const { ask, close, closed } = asking((_statement, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => setImmediate(() => {
      events.push('call ended');
      reject(signal.reason as Error);
    }))));
    closed.mockImplementation(async () => void events.push('connections ended'));
    const call = expect(ask('kunde', statement, aCall())).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await close();
    await call;
    expect(events).toEqual(['call ended', 'connections ended']);
    await expect(ask('kunde', statement, aCall())).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
});

describe('borrowing a connection', () => {
  const lender = () => ({ acquire: jest.fn(async () => 'connection'), release: jest.fn(), destroy: jest.fn() });

  test('gives it back after an answer and after an error', async () => {
    const pool = lender();
    await expect(borrow(pool, new AbortController().signal, async (connection) => `${connection} used`)).resolves.toBe('connection used');
    await expect(borrow(pool, new AbortController().signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(pool.release.mock.calls).toEqual([['connection'], ['connection']]);
    expect(pool.destroy).not.toHaveBeenCalled();
  });

  test('an aborted call destroys it and does not give it back', async () => {
    const pool = lender();
    const abort = new AbortController();
    const call = borrow(pool, abort.signal, () => {
      queueMicrotask(() => abort.abort('enough'));
      return new Promise(() => undefined);
    });
    await expect(call).rejects.toBe('enough');
    expect(pool.destroy).toHaveBeenCalledTimes(1);
    expect(pool.release).not.toHaveBeenCalled();
  });

  test('one that comes too late goes back unused', async () => {
    const late = Promise.withResolvers<string>();
    const pool = { ...lender(), acquire: () => late.promise };
    const abort = new AbortController();
    const use = jest.fn(async () => undefined);
    const call = borrow(pool, abort.signal, use);
    abort.abort('enough');
    await expect(call).rejects.toBe('enough');
    late.resolve('connection');
    await late.promise;
    expect(pool.release).toHaveBeenCalledWith('connection');
    expect(use).not.toHaveBeenCalled();
  });

  test('none is asked for when the call is over', async () => {
    const pool = lender();
    await expect(borrow(pool, AbortSignal.abort('enough'), async () => undefined)).rejects.toBe('enough');
    expect(pool.acquire).not.toHaveBeenCalled();
  });
});

describe('what an error means', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  test.each<[string, (error: unknown) => Diagnosis, unknown, Diagnosis]>([
    ['postgres', postgres.diagnose, { code: '57014' }, 'ended'],
    ['postgres', postgres.diagnose, { code: '22P02' }, 'value'],
    ['postgres', postgres.diagnose, { code: '42703' }, 'statement'],
    ['postgres', postgres.diagnose, { code: '28P01' }, 'unreachable'],
    ['postgres', postgres.diagnose, { code: '53300' }, 'unreachable'],
    ['postgres', postgres.diagnose, refused, 'unreachable'],
    ['postgres', postgres.diagnose, new Error('timeout exceeded when trying to connect'), 'unreachable'],
    ['mysql', mysql.diagnose, { errno: 1969 }, 'ended'],
    ['mysql', mysql.diagnose, { errno: 3024 }, 'ended'],
    ['mysql', mysql.diagnose, { errno: 1292 }, 'value'],
    ['mysql', mysql.diagnose, { errno: 1054 }, 'statement'],
    ['mysql', mysql.diagnose, { errno: 1045 }, 'unreachable'],
    ['mysql', mysql.diagnose, refused, 'unreachable'],
    ['mssql', mssql.diagnose, { number: 245 }, 'value'],
    ['mssql', mssql.diagnose, { number: 207 }, 'statement'],
    ['mssql', mssql.diagnose, { number: 18456, code: 'ELOGIN' }, 'unreachable'],
    ['mssql', mssql.diagnose, { code: 'ECANCEL' }, 'ended'],
    ['mssql', mssql.diagnose, new RangeError('digits'), 'loss'],
    ['oracle', oracle.diagnose, { code: 'ORA-01722' }, 'value'],
    ['oracle', oracle.diagnose, { code: 'ORA-00904' }, 'statement'],
    ['oracle', oracle.diagnose, { code: 'ORA-01013' }, 'ended'],
    ['oracle', oracle.diagnose, { code: 'NJS-040' }, 'unreachable'],
    ['oracle', oracle.diagnose, { code: 'ORA-01017' }, 'unreachable'],
    ['sqlite', sqlite.diagnose, { errcode: 1 }, 'statement'],
    ['sqlite', sqlite.diagnose, { errcode: 5 }, 'unreachable'],
    ['sqlite', sqlite.diagnose, { errcode: 14 }, 'unreachable'],
  ])('%s: %#', (_name, diagnose, error, expected) => {
    expect(diagnose(error)).toBe(expected);
  });
});
