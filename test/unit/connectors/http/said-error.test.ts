import { describe, expect, test } from '@jest/globals';
import { gist, readContacts, rejection, withSource, type Answering } from '../../../fixtures/http-source.ts';

const read = { post: '/batch', body: { ids: '{keys}' }, batch: 10, rows: 'results' };
const answer =
  (json: unknown): Answering =>
  () => ({ json });

describe('an error inside a 200', () => {
  const withError = (error: unknown, own: object = {}) => ({ settings: { error }, entities: { contact: { read: { ...read, ...own } } } });

  test.each([
    ['a text', 'busy'],
    ['an object', { code: 7 }],
    ['true', true],
    ['a list', [{ code: 1 }]],
  ])('%s fails the call', async (_, error) => {
    await withSource(answer({ error, results: [{ id: 'a' }] }), withError('error'), async ({ connector }) => {
      expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    });
  });

  test.each([[null], [false], [''], [[]], [{}], [0], [undefined], [[{}, null]]])('%j is no error', async (error) => {
    await withSource(answer({ error, results: [{ id: 'a', name: 'Ann' }] }), withError('error'), async ({ connector }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
    });
  });

  const coded = { path: 'error.code', absent: ['NOT_FOUND', '404'], rateLimited: ['THROTTLED'] };
  test.each([
    [{ code: 'NOT_FOUND' }, 'absent'],
    [{ code: 404 }, 'absent'],
    [{ code: 'THROTTLED' }, 'SOURCE_RATE_LIMITED'],
    [{ code: 'BOOM' }, 'SOURCE_UNAVAILABLE'],
    [[{ code: 'NOT_FOUND' }, { code: 'BOOM' }], 'SOURCE_UNAVAILABLE'],
  ])('the code in %j means %s', async (error, expected) => {
    await withSource(answer({ error }), withError(coded), async ({ connector }) => {
      const result = await readContacts(connector, ['a']).then(
        (results) => gist(results[0]),
        (reason: { code: string }) => reason.code,
      );
      expect(result).toBe(expected);
    });
  });

  test("an operation's own setting goes before the source's", async () => {
    const text = withError('error', { error: 'fault' });
    await withSource(answer({ error: 'ignored', results: [{ id: 'a', name: 'Ann' }] }), text, async ({ connector }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
    });
  });

  test('a sentence, which may repeat what was asked, is not in the message; a code is', async () => {
    await withSource(answer({ error: [{ code: 'E-7' }, { code: 'no ann@example.com here' }] }), withError(coded), async ({ connector }) => {
      expect((await rejection(readContacts(connector, ['a']))).message).toBe('POST /batch says that it failed: E-7');
    });
  });
});
