import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { gist, readContacts, rejection, withSource, type Answering, type Reply, type SourceOf } from '../../../../fixtures/http-source.ts';

const entities = { contact: { read: { get: '/contacts/{key}' } } };
const logsIn = (login: object, more: object = {}): SourceOf => ({
  settings: { ...more, auth: { login: { post: '/login', form: { user: 'gw', pass: 'a&b =é' }, ...login } } },
  entities,
});
const refused: Reply = { status: 401, text: '' };

/** Gives a new session at every login, and takes the newest only. */
function sessions(reply: (session: string) => Reply, proves: (headers: Readonly<Record<string, unknown>>, session: string) => boolean) {
  let count = 0;
  const answering: Answering = ({ path, headers }) => {
    if (path === '/login') return reply(`s${(count += 1)}`);
    return proves(headers, `s${count}`) ? { json: { id: path.slice('/contacts/'.length), name: 'Ann' } } : refused;
  };
  return { answering, expire: () => (count += 1), logins: () => count };
}
const byCookie = () =>
  sessions(
    (session) => ({
      status: 302,
      text: '',
      headers: { location: '/home', 'set-cookie': [`sid=${session}; Path=/; HttpOnly`, 'theme=dark; Path=/admin'] },
    }),
    (headers, session) => headers['cookie'] === `sid=${session}`,
  );

describe('a login', () => {
  test('with a form gives the cookies that belong to an address, and its redirect is not followed', async () => {
    await withSource(byCookie().answering, logsIn({}), async ({ connector, server }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
      expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /login', 'GET /contacts/a']);
      const [login] = server.seen;
      expect(login?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(Object.fromEntries(new URLSearchParams(login?.body))).toEqual({ user: 'gw', pass: 'a&b =é' });
    });
  });

  test('with JSON gives a token for a header', async () => {
    const source = sessions(
      (session) => ({ json: { data: { session } } }),
      (headers, session) => headers['x-auth'] === `Session ${session}`,
    );
    const text = logsIn({
      form: undefined,
      json: { login: 'gw', password: 'p' },
      token: 'data.session',
      header: 'X-Auth',
      value: 'Session {token}',
    });
    await withSource(source.answering, text, async ({ connector, server }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
      expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ login: 'gw', password: 'p' });
    });
  });

  describe('of JSON-RPC', () => {
    const json = { id: 1, method: 'login', params: ['gw', { password: 'p"w', remember: true, retries: 0, realm: null }, ['en']] };
    const token = { jsonata: "$base64encode($sent.params[0] & ':' & $string(result[0]) & ':' & result[1])" };
    const rpc = { form: undefined, json, token, value: 'Session {token}', error: 'error' };
    const proof = (session: string): string => `Session ${Buffer.from(`gw:7:${session}`).toString('base64')}`;

    test('posts its secrets at the leaves, and makes the token of several values of what it sent and got', async () => {
      const source = sessions((session) => ({ json: { result: [7, session] } }), (headers, session) => headers['authorization'] === proof(session));
      await withSource(source.answering, logsIn(rpc), async ({ connector, server }) => {
        expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
        expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual(json);
        source.expire();
        expect((await readContacts(connector, ['b'])).map(gist)).toEqual(['Ann']);
        expect(source.logins()).toBe(3);
      });
    });

    const said = { error: ['LoginException', ['no gw here']], result: [7, 's'] };
    test.each([
      ['where the login says so', logsIn(rpc), 'SOURCE_UNAVAILABLE', 'login POST /login says that it failed: LoginException'],
      [
        'where the source says so', logsIn({ ...rpc, error: undefined }, { error: { path: 'error', absent: ['LoginException', 'no gw here'] } }),
        'SOURCE_UNAVAILABLE', 'login POST /login says that it failed: LoginException',
      ],
      ['with a code of its own', logsIn({ ...rpc, error: { path: 'error', rateLimited: ['LoginException'] } }), 'SOURCE_RATE_LIMITED', 'login POST /login says that it is asked too often'],
    ])('that failed inside a 200 is told as such, %s', async (_, text, code, message) => {
      await withSource(() => ({ json: said }), text, async ({ connector, server }) => {
        expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code, message });
        expect(server.seen.map(({ path }) => path)).toEqual(['/login']);
      });
    });

    test.each([[{ result: null }], [{ result: [7] }], [[]], ['text']])('fails when the answer %j makes no token', async (answer) => {
      const strict = { jsonata: "result[1] ? $string(result[0]) & ':' & result[1]" };
      await withSource(() => ({ json: answer }), logsIn({ ...rpc, token: strict }), async ({ connector, server }) => {
        expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: 'login POST /login gave no token' });
        expect(server.seen).toHaveLength(1);
      });
    });

    test('fails without a word of what its expression was given when that throws', async () => {
      const text = logsIn({ ...rpc, token: { jsonata: '$error($string($sent) & $string($))' } });
      await withSource(() => ({ json: { result: [7, 'session-7'] } }), text, async ({ connector }) => {
        const failure = await rejection(readContacts(connector, ['a']));
        expect(failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE', message: 'login POST /login gave no token' });
        expect(inspect(failure)).not.toMatch(/p"w|session-7/);
      });
    });
  });

  test('is made once for all who wait', async () => {
    const source = byCookie();
    await withSource(source.answering, logsIn({}), async ({ connector }) => {
      const keys = Array.from({ length: 12 }, (_, at) => `k${at}`);
      expect((await Promise.all(keys.map(async (key) => readContacts(connector, [key])))).flat().map(gist)).toEqual(keys.map(() => 'Ann'));
      expect(source.logins()).toBe(1);
    });
  });

  test('is made again, once for all, when the session has ended', async () => {
    const source = byCookie();
    await withSource(source.answering, logsIn({}), async ({ connector }) => {
      await readContacts(connector, ['a']);
      source.expire();
      const results = await Promise.all(['a', 'b', 'c'].map(async (key) => readContacts(connector, [key])));
      expect(results.flat().map(gist)).toEqual(['Ann', 'Ann', 'Ann']);
      expect(source.logins()).toBe(3);
    });
  });

  test('is tried twice at most when the source takes no session', async () => {
    const source = sessions(
      (session) => ({ text: '', headers: { 'set-cookie': `sid=${session}` } }),
      () => false,
    );
    await withSource(source.answering, logsIn({}), async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect(server.seen.map(({ path }) => path)).toEqual(['/login', '/contacts/a', '/login', '/contacts/a']);
    });
  });

  test.each([
    ['refuses it', { status: 403, text: '' }, {}, 'SOURCE_UNAVAILABLE'],
    ['is asked too often', { status: 429, text: '', headers: { 'retry-after': '2' } }, {}, 'SOURCE_RATE_LIMITED'],
    ['gives no cookie', { text: '<html>Wrong password</html>' }, {}, 'SOURCE_UNAVAILABLE'],
    ['gives no token', { json: { error: 'no' } }, { token: 'session' }, 'SOURCE_UNAVAILABLE'],
    ['gives no JSON for the token', { text: 'no' }, { token: 'session' }, 'SOURCE_UNAVAILABLE'],
  ])('fails when the source %s, and nothing else is asked', async (_, reply, login, code) => {
    await withSource(
      () => reply,
      logsIn(login),
      async ({ connector, server }) => {
        const failure = await rejection(readContacts(connector, ['a']));
        expect(failure).toMatchObject({ code });
        expect(failure.message).not.toContain('a&b');
        expect(server.seen.map(({ path }) => path)).toEqual(['/login']);
      },
    );
  });
});
