import { describe, expect, test } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import {
  gist,
  readContacts,
  rejection,
  someCall,
  startServer,
  testNow,
  withSource,
  type Answering,
  type Reply,
  type SourceOf,
} from '../../../fixtures/http-source.ts';

const entities = { contact: { read: { get: '/contacts/{key}' } } };
const source: SourceOf = { entities };
const ann = JSON.stringify({ id: 'a', name: 'Ann' });
const json = { 'content-type': 'application/json' };

async function failureOf(reply: Reply, text: SourceOf = source) {
  let failure: unknown;
  await withSource(
    () => reply,
    text,
    async ({ connector }) => {
      const { code, fault, retryAfter } = await rejection(readContacts(connector, ['a']));
      failure = { code, fault, retryAfter };
    },
  );
  return failure;
}

describe('a status', () => {
  test.each([
    [400, 'SOURCE_UNAVAILABLE', 'request'],
    [401, 'SOURCE_UNAVAILABLE', 'source'],
    [403, 'SOURCE_UNAVAILABLE', 'source'],
    [407, 'SOURCE_UNAVAILABLE', 'source'],
    [408, 'SOURCE_UNAVAILABLE', 'source'],
    [409, 'SOURCE_UNAVAILABLE', 'request'],
    [422, 'SOURCE_UNAVAILABLE', 'request'],
    [429, 'SOURCE_RATE_LIMITED', 'source'],
    [500, 'SOURCE_UNAVAILABLE', 'source'],
    [502, 'SOURCE_UNAVAILABLE', 'source'],
    [503, 'SOURCE_UNAVAILABLE', 'source'],
    [304, 'SOURCE_UNAVAILABLE', 'source'],
  ])('%d is %s, the fault of the %s', async (status, code, fault) => {
    expect(await failureOf({ status, text: '' })).toEqual({ code, fault, retryAfter: undefined });
  });

  test.each([
    [429, '3', 'SOURCE_RATE_LIMITED', 3000],
    [503, '120', 'SOURCE_RATE_LIMITED', 120_000],
    [429, new Date(testNow + 5000).toUTCString(), 'SOURCE_RATE_LIMITED', 5000],
    [503, new Date(testNow - 5000).toUTCString(), 'SOURCE_RATE_LIMITED', 0],
    [429, 'soon', 'SOURCE_RATE_LIMITED', undefined],
    [503, 'soon', 'SOURCE_UNAVAILABLE', undefined],
    [503, '-5', 'SOURCE_UNAVAILABLE', undefined],
  ])('%d with Retry-After %j is %s', async (status, header, code, retryAfter) => {
    expect(await failureOf({ status, text: '', headers: { 'retry-after': header } })).toEqual({ code, fault: 'source', retryAfter });
  });
});

describe('an answer is malformed when it is', () => {
  test.each([
    ['a page', { text: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
    ['JSON that calls itself a page', { text: ann, headers: { 'content-type': 'text/html; charset=utf-8' } }],
    ['XML', { text: '<a/>', headers: { 'content-type': 'application/xml' } }],
    ['a page without a type', { text: '<html>', headers: {} }],
    ['broken off', { text: ann.slice(0, -5), headers: json }],
    ['two answers', { text: ann + ann, headers: json }],
    ['empty', { text: '', headers: json }],
    ['not UTF-8', { text: Buffer.from('{"id":"a","name":"Zoë"}', 'latin1'), headers: json }],
    ['not what its encoding says', { text: ann, headers: { ...json, 'content-encoding': 'gzip' } }],
    ['not what its other encoding says', { text: ann, headers: { ...json, 'content-encoding': 'br' } }],
    ['compressed and broken off', { text: gzipSync(ann).subarray(0, 20), headers: { ...json, 'content-encoding': 'gzip' } }],
  ])('%s', async (_, reply) => {
    expect(await failureOf(reply)).toEqual({ code: 'SOURCE_MALFORMED', fault: 'source', retryAfter: undefined });
  });

  test('longer than the limit, whatever its length when compressed', async () => {
    const limited = { ...source, settings: { maxResponse: '10kB' } };
    const long = JSON.stringify({ id: 'a', name: 'x'.repeat(11_000) });
    expect(await failureOf({ text: long, headers: json }, limited)).toMatchObject({ code: 'SOURCE_MALFORMED' });
    expect(gzipSync(long).length).toBeLessThan(200);
    expect(await failureOf({ text: gzipSync(long), headers: { ...json, 'content-encoding': 'gzip' } }, limited)).toMatchObject({
      code: 'SOURCE_MALFORMED',
    });
  });

  test('without end, of which no more than the limit is read', async () => {
    let written = 0;
    const endless: Answering = (_, response) => {
      response.writeHead(200, json);
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const write = (): void => {
        while (written < 100 * 1024 ** 2 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
      return 'never';
    };
    await withSource(endless, { ...source, settings: { maxResponse: '1MB' } }, async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_MALFORMED' });
      while (server.pending() > 0) await new Promise((resolve) => setImmediate(resolve));
      // What was written beyond the limit filled the buffers between the two ends.
      expect(written).toBeLessThan(20 * 1024 ** 2);
    });
  });
});

describe('an answer is taken', () => {
  test.each([
    ['gzip', gzipSync(ann)],
    ['br', brotliCompressSync(ann)],
    ['deflate', deflateSync(ann)],
  ])('compressed with %s', async (encoding, text) => {
    await withSource(
      () => ({ text, headers: { ...json, 'content-encoding': encoding } }),
      source,
      async ({ connector, server }) => {
        expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
        expect(server.seen[0]?.headers['accept-encoding']).toContain(encoding);
      },
    );
  });

  test.each(['application/json', 'application/vnd.api+json; charset=utf-8', 'text/json', 'text/plain', 'APPLICATION/JSON'])(
    'as %s',
    async (type) => {
      await withSource(
        () => ({ text: ann, headers: { 'content-type': type } }),
        source,
        async ({ connector }) => {
          expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
        },
      );
    },
  );
});

describe('a request', () => {
  test('goes below the base address, with the headers of the source and of the operation', async () => {
    const own = { get: '/contacts/{key}?all=1', query: { f: '{fields}' }, headers: { 'X-B': 'op' } };
    const server = await startServer(() => ({ json: null }));
    await withSource(
      () => ({ json: null }),
      { settings: { baseUrl: `${server.url}/api/v2/`, headers: { 'x-a': 'src', 'x-b': 'src' } }, entities: { contact: { read: own } } },
      async ({ connector }) => {
        await readContacts(connector, ['a b']);
      },
    );
    expect(server.seen).toMatchObject([
      { path: '/api/v2/contacts/a%20b', headers: { 'x-a': 'src', 'x-b': 'op', accept: 'application/json' } },
    ]);
    expect(server.seen[0]?.query.toString()).toBe('all=1&f=name%2Cid');
    await server.stop();
  });

  test('leaves its connection to those after it', async () => {
    const ports = new Set<number | undefined>();
    await withSource(
      (_, response) => {
        ports.add(response.socket?.remotePort);
        return { text: ann, headers: json };
      },
      source,
      async ({ connector }) => {
        for (let call = 0; call < 20; call += 1) await readContacts(connector, ['a']);
        // A second one is opened where a call comes before the pool has seen the end of the one before.
        expect(ports.size).toBeLessThanOrEqual(2);
      },
    );
  });

  test('whose deadline has passed is not sent', async () => {
    await withSource(
      () => ({ text: ann, headers: json }),
      source,
      async ({ connector, server }) => {
        const call = { ...someCall(), deadline: testNow };
        expect(await rejection(readContacts(connector, ['a'], call))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
        expect(server.seen).toEqual([]);
      },
    );
  });

  test('that is aborted while its answer comes in ends there', async () => {
    const abort = new AbortController();
    const half: Answering = (_, response) => {
      response.writeHead(200, json);
      response.write('{"id":');
      setImmediate(() => abort.abort());
      return 'never';
    };
    await withSource(half, source, async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a'], someCall(abort.signal)))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
      while (server.pending() > 0) await new Promise((resolve) => setImmediate(resolve));
    });
  });

  test.each([
    ['before', ''],
    ['amid', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":'],
  ])('whose connection breaks %s the answer is SOURCE_UNAVAILABLE', async (_, bytes) => {
    await withSource(
      (__, response) => {
        response.socket?.end(bytes);
        return 'never';
      },
      source,
      async ({ connector }) => {
        expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source' });
      },
    );
  });

  test('to a name that nobody has is SOURCE_UNAVAILABLE', async () => {
    await withSource(
      () => ({ json: null }),
      { settings: { baseUrl: 'http://nowhere.invalid' }, entities },
      async ({ connector }) => {
        expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source' });
      },
    );
  });

  test('leaves no key in the message of its failure', async () => {
    await withSource(
      () => ({ status: 500, text: 'no ann@example.com' }),
      source,
      async ({ connector, server }) => {
        const { message } = await rejection(readContacts(connector, ['ann@example.com']));
        expect(server.seen).toHaveLength(1);
        expect(message).toBe('GET /contacts/{key} answered 500');
      },
    );
  });
});
