import { describe, expect, test } from '@jest/globals';
import {
  gist,
  openSource,
  readContacts,
  rejection,
  someCall,
  someDeps,
  startServer,
  testNow,
  type Reply,
  type Seen,
} from '../../../../fixtures/http-source.ts';

const entities = { contact: { read: { get: '/contacts/{key}' } } };

interface Setting {
  readonly oauth2?: object;
  /** What the token server answers in place of its n-th token. */
  readonly token?: (count: number) => Reply;
}

/** A token server, a source that takes its newest token only, and a connector over both. */
async function withTokens(
  { oauth2, token }: Setting,
  run: (world: {
    readonly read: (key: string) => Promise<unknown>;
    readonly tokens: readonly Seen[];
    readonly calls: readonly Seen[];
    readonly setNow: (now: number) => void;
    readonly revoke: () => void;
  }) => Promise<void>,
): Promise<void> {
  let count = 0;
  let now = testNow;
  const issuer = await startServer(() => {
    count += 1;
    return token?.(count) ?? { json: { access_token: `t${count}`, token_type: 'Bearer', expires_in: 3600 } };
  });
  const source = await startServer(({ path, headers }) =>
    headers.authorization === `Bearer t${count}`
      ? { json: { id: path.slice('/contacts/'.length), name: 'Ann' } }
      : { status: 401, text: '' },
  );
  const auth = { oauth2: { tokenUrl: `${issuer.url}/oauth/token?v=1`, clientId: 'gate:way', clientSecret: 's%cret é', ...oauth2 } };
  const connector = openSource(
    source.url,
    { settings: { auth }, entities },
    someDeps(() => now),
  );
  try {
    await run({
      read: async (key) => gist((await readContacts(connector, [key], someCall(undefined, now)))[0]),
      tokens: issuer.seen,
      calls: source.seen,
      setNow: (to) => (now = to),
      revoke: () => (count += 1),
    });
  } finally {
    await connector.close();
    await Promise.all([issuer.stop(), source.stop()]);
  }
}

describe('client credentials', () => {
  test('are exchanged for a token, once for all who wait', async () => {
    await withTokens({ oauth2: { scope: 'crm.read crm.list' } }, async ({ read, tokens, calls }) => {
      expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual(['Ann', 'Ann', 'Ann']);
      expect(tokens).toMatchObject([{ method: 'POST', path: '/oauth/token' }]);
      expect(tokens[0]?.query.toString()).toBe('v=1');
      expect(Object.fromEntries(new URLSearchParams(tokens[0]?.body))).toEqual({
        grant_type: 'client_credentials',
        scope: 'crm.read crm.list',
      });
      const basic = Buffer.from(String(tokens[0]?.headers.authorization).slice('Basic '.length), 'base64').toString();
      expect(basic.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')))).toEqual(['gate:way', 's%cret é']);
      expect(calls.every(({ headers }) => headers.authorization === 'Bearer t1')).toBe(true);
    });
  });

  test('go into the body where the token server wants them there', async () => {
    await withTokens({ oauth2: { clientAuth: 'post' } }, async ({ read, tokens }) => {
      expect(await read('a')).toBe('Ann');
      expect(Object.fromEntries(new URLSearchParams(tokens[0]?.body))).toMatchObject({ client_id: 'gate:way', client_secret: 's%cret é' });
      expect(tokens[0]?.headers.authorization).toBeUndefined();
    });
  });

  test('are exchanged again before the token runs out, once for all', async () => {
    await withTokens({}, async ({ read, tokens, setNow }) => {
      await read('a');
      setNow(testNow + 3_569_000);
      await read('a');
      expect(tokens).toHaveLength(1);
      setNow(testNow + 3_571_000);
      expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual(['Ann', 'Ann', 'Ann']);
      expect(tokens).toHaveLength(2);
    });
  });

  test('are exchanged again when the token is refused, once for all', async () => {
    await withTokens({}, async ({ read, tokens, calls, revoke }) => {
      await read('a');
      revoke();
      expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual(['Ann', 'Ann', 'Ann']);
      expect(tokens).toHaveLength(2);
      expect(calls).toHaveLength(1 + 3 + 3);
    });
  });

  test('last until refused when the token server gives no time', async () => {
    await withTokens(
      { token: (count) => ({ json: { access_token: `t${count}`, token_type: 'bearer' } }) },
      async ({ read, tokens, setNow }) => {
        await read('a');
        setNow(testNow + 1e10);
        expect(await read('a')).toBe('Ann');
        expect(tokens).toHaveLength(1);
      },
    );
  });

  test.each([
    ['refuses', { status: 401, json: { error: 'invalid_client' } }, 'SOURCE_UNAVAILABLE'],
    ['fails', { status: 500, text: 'oops' }, 'SOURCE_UNAVAILABLE'],
    ['is asked too often', { status: 429, text: '', headers: { 'retry-after': '1' } }, 'SOURCE_RATE_LIMITED'],
    ['answers a page', { text: '<html>t1</html>', headers: { 'content-type': 'text/html' } }, 'SOURCE_UNAVAILABLE'],
    ['gives a token of another type', { json: { access_token: 't1', token_type: 'mac' } }, 'SOURCE_UNAVAILABLE'],
  ])('fail the call when the token server %s, and the source is not asked', async (_, reply, code) => {
    await withTokens({ token: () => reply }, async ({ read, calls }) => {
      const failure = await rejection(read('a'));
      expect(failure).toMatchObject({ code });
      // What the library knows of the answer stays out of what may be logged.
      expect(JSON.stringify([failure.message, failure.cause ?? null])).not.toMatch(/t1|s%cret/);
      expect(calls).toEqual([]);
    });
  });
});
