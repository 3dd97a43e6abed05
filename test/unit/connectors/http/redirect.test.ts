import { describe, expect, test } from '@jest/globals';
import { gist, readContacts, rejection, startServer, withSource, type Answering, type SourceOf } from '../../../fixtures/http-source.ts';

const entities = { contact: { read: { get: '/contacts/{key}' } } };
const ann = JSON.stringify({ id: 'a', name: 'Ann' });
const json = { 'content-type': 'application/json' };

describe('a redirect', () => {
  const bearer: SourceOf = { settings: { auth: { bearer: 'token-1' } }, entities };

  test.each([301, 302, 303, 307, 308])('with status %d is followed within the origin, with the credential', async (status) => {
    const answering: Answering = ({ path }) =>
      path === '/contacts/a' ? { status, text: '', headers: { location: '/people/a?x=1' } } : { text: ann, headers: json };
    await withSource(answering, bearer, async ({ connector, server }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
      expect(server.seen.map(({ path, headers }) => [path, headers.authorization])).toEqual([
        ['/contacts/a', 'Bearer token-1'],
        ['/people/a', 'Bearer token-1'],
      ]);
    });
  });

  test.each([
    [307, 'POST', '{"ids":["a"]}'],
    [303, 'GET', ''],
  ])('with status %d asks again with %s', async (status, method, body) => {
    const read = { post: '/batch', body: { ids: '{keys}' }, batch: 5 };
    const answering: Answering = ({ path }) =>
      path === '/batch' ? { status, text: '', headers: { location: '/other' } } : { text: `[${ann}]`, headers: json };
    await withSource(answering, { entities: { contact: { read } } }, async ({ connector, server }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
      expect(server.seen[1]).toMatchObject({ method, path: '/other', body });
    });
  });

  test('to another origin is not followed, and the credential stays', async () => {
    const other = await startServer(() => ({ text: ann, headers: json }));
    for (const location of [
      `${other.url}/contacts/a`,
      other.url.replace('127.0.0.1', 'localhost'),
      other.url.replace('http:', ''),
      'javascript:0',
      'http://',
    ]) {
      await withSource(
        () => ({ status: 302, text: '', headers: { location } }),
        bearer,
        async ({ connector }) => {
          expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
        },
      );
    }
    expect(other.seen).toEqual([]);
    await other.stop();
  });

  test('in a ring ends after three', async () => {
    await withSource(
      () => ({ status: 302, text: '', headers: { location: '/contacts/a' } }),
      bearer,
      async ({ connector, server }) => {
        expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
        expect(server.seen).toHaveLength(4);
      },
    );
  });
});
