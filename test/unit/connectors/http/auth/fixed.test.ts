import { expect, test } from '@jest/globals';
import { rejection, readContacts, withSource } from '../../../../fixtures/http-source.ts';

const entities = { contact: { read: { get: '/contacts/{key}' } } };

test.each([
  ['none', {}, ''],
  [{ bearer: 'tök=' }, { authorization: 'Bearer tök=' }, ''],
  [{ basic: { user: 'ann', password: 'p:w é' } }, { authorization: `Basic ${Buffer.from('ann:p:w é').toString('base64')}` }, ''],
  [{ apiKey: { header: 'X-Api-Key', value: 'k 1' } }, { 'x-api-key': 'k 1' }, ''],
  [{ apiKey: { query: 'api key', value: 'a&b' } }, {}, 'api key=a&b'],
])('the auth %j proves itself so', async (auth, headers, query) => {
  await withSource(
    () => ({ json: null }),
    { settings: { auth }, entities },
    async ({ connector, server }) => {
      await readContacts(connector, ['a']);
      const [seen] = server.seen;
      const latin1 = Object.fromEntries(Object.entries(seen?.headers ?? {}).map(([name, value]) => [name, String(value)]));
      expect(latin1).toMatchObject(headers);
      expect([...(seen?.query ?? [])].map((pair) => pair.join('='))).toEqual(query === '' ? [] : [query]);
      expect('authorization' in latin1).toBe('authorization' in headers);
    },
  );
});

test('a key in the query is not said twice when a redirect says it', async () => {
  const auth = { apiKey: { query: 'key', value: 's' } };
  await withSource(
    ({ path }) => (path === '/new' ? { json: null } : { status: 307, text: '', headers: { location: '/new?key=s&x=1' } }),
    { settings: { auth }, entities },
    async ({ connector, server }) => {
      await readContacts(connector, ['a']);
      expect(server.seen.map(({ query }) => query.toString())).toEqual(['key=s', 'key=s&x=1']);
    },
  );
});

test('a fixed credential that is refused is not tried again', async () => {
  await withSource(
    () => ({ status: 401, text: '' }),
    { settings: { auth: { bearer: 't' } }, entities },
    async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a']))).toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
        message: 'GET /contacts/{key} answered 401: the source refuses our credential',
      });
      expect(server.seen).toHaveLength(1);
    },
  );
});
