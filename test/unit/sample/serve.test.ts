import { afterEach, describe, expect, test } from '@jest/globals';
import { serveBilling } from '../../../sample/billing.ts';
import { serveCrm } from '../../../sample/crm.ts';
import type { Served } from '../../../sample/serve.ts';
import { serveSupport } from '../../../sample/support.ts';
import { client } from './client.ts';
import { options } from './systems.ts';

const systems = [
  {
    name: 'crm', start: serveCrm, path: '/v1/contacts?limit=1', body: undefined, header: 'authorization',
    shown: `Bearer ${options.credentials}`,
  },
  { name: 'billing', start: serveBilling, path: '/v1/accounts?ids=x', body: undefined, header: 'x-api-key', shown: options.credentials },
  {
    name: 'support', start: serveSupport, path: '/graphql', body: { query: '{ __typename }' }, header: 'authorization',
    shown: `Bearer ${options.credentials}`,
  },
] as const;
let served: Served | undefined;

afterEach(() => served?.close());

describe.each(systems)('the sample $name', ({ start, path, body, header, shown }) => {
  test('answers with the credentials, and without them or with others says 401 and counts nothing', async () => {
    served = await start(options);
    const ask = client(served, { [header]: shown });
    for (const wrong of [{}, { [header]: '' }, { [header]: `${shown}x` }, { [header]: shown.slice(0, -1) }, { cookie: shown }]) {
      expect(await ask(path, body, wrong)).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
    }
    expect(served.calls.size).toBe(0);
    expect((await ask(path, body)).status).toBe(200);
    expect([...served.calls.values()]).toEqual([1]);
  });

  test('says 404 to what it does not offer', async () => {
    served = await start(options);
    const ask = client(served, { [header]: shown });
    for (const other of ['/', '/v2/contacts', `${path.split('?')[0] ?? ''}/a/b/c`]) {
      expect(await ask(other, body)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    }
  });

  test('closes at once, though an answer is kept back, and may be closed twice', async () => {
    served = await start({ ...options, latency: 60_000 });
    const answer = client(served, { [header]: shown })(path, body).catch((error: unknown) => error);
    while (served.calls.size === 0) await new Promise(setImmediate);
    await served.close();
    await served.close();
    expect(await answer).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
  });

  test('cannot take a port that is taken', async () => {
    served = await start(options);
    await expect(start({ ...options, port: Number(new URL(served.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the systems', () => {
  const bearer = { authorization: `Bearer ${options.credentials}` };

  test('keep an answer back for the latency', async () => {
    served = await serveCrm({ ...options, latency: 40 });
    const before = performance.now();
    await client(served, bearer)('/v1/contacts?limit=1');
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  });

  test('refuse a body that is too large, whether its length is told or not', async () => {
    served = await serveCrm(options);
    const body = 'x'.repeat(1_100_000);
    const pieces = (): ReadableStream => new Blob([body]).stream();
    const url = `${served.url}/v1/contacts/batch-read`;
    const post = (init: object): Promise<Response> => fetch(url, { method: 'POST', headers: bearer, ...init });
    expect((await post({ body })).status).toBe(413);
    expect((await post({ body: pieces(), duplex: 'half' })).status).toBe(413);
  });

  test('refuse a path that is not encoded properly', async () => {
    served = await serveCrm(options);
    expect(await client(served, bearer)('/v1/contacts/%E0%A4%A')).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });
});
