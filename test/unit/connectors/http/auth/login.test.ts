import { describe, expect, test } from '@jest/globals';
import { gist, readContacts, rejection, withSource, type Answering, type Reply, type SourceOf } from '../../../../fixtures/http-source.ts';

const entities = { contact: { read: { get: '/contacts/{key}' } } };
const logsIn = (login: object): SourceOf => ({
  settings: { auth: { login: { post: '/login', form: { user: 'gw', pass: 'a&b =é' }, ...login } } },
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
