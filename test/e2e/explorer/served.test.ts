import { request } from 'node:http';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleExplorer } from '../../../scripts/explorer/bundle.ts';
import { startTestGateway, type TestGateway } from '../../fixtures/gateway.ts';
import { faultsOfPage } from '../../fixtures/html.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';

const { SAMPLE_KEYS: _, ...sources } = sampleEnvironment as Readonly<Record<string, string>>;

let gateway: TestGateway;
let closed: TestGateway;
beforeAll(async () => {
  await bundleExplorer();
  [gateway, closed] = await Promise.all([startTestGateway({ env: { ...sources, EXPLORER: 'tokens' } }), startTestGateway({ env: sources })]);
}, 120_000);
afterAll(() => Promise.all([gateway.stop(), closed.stop()]));

/** Asks for a path as it is, which `fetch` would tidy up. */
async function raw(path: string, { method = 'GET', headers = {} }: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Promise<{ readonly status: number | undefined; readonly headers: Readonly<Record<string, unknown>>; readonly body: Buffer }> {
  const { port, hostname } = new URL(gateway.url);
  const [response] = await once(request({ port, hostname, path, method, headers, agent: false }).end(), 'response') as [NodeJS.ReadableStream & { readonly statusCode: number | undefined; readonly headers: Readonly<Record<string, unknown>> }];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}
const textOf = async (path: string): Promise<string> => String((await raw(path)).body);
const fileIn = async (ending: string): Promise<string> => `/${[...(await textOf('/explorer')).matchAll(/(?:href|src)="(explorer\/[^"]+)"/g)].map(([, path]) => path ?? '').find((path) => path.endsWith(ending)) ?? ''}`;

test('a deployment that says nothing of an explorer has none', async () => {
  const file = await fileIn('page.js');
  for (const path of ['/explorer', '/explorer/', file]) {
    const response = await fetch(closed.url + path);
    expect([path, response.status, await response.json()]).toEqual([path, 404, { errors: [{ message: 'There is nothing here; GraphQL is at /graphql.', extensions: { code: 'BAD_REQUEST' } }] }]);
  }
});

describe('the page', () => {
  test('is HTML as the standard has it, with nothing in it that runs or comes from elsewhere', async () => {
    const page = await textOf('/explorer');
    expect(await faultsOfPage(page)).toEqual([]);
    expect(page).not.toMatch(/https?:|\/\/|<script[^>]*>[^<]|\son\w+=|style=/);
  });

  test('may run its own scripts and ask the gateway, by a policy with a nonce for its styles that is new each time', async () => {
    const [one, two] = [await raw('/explorer'), await raw('/explorer')];
    const policy = String(one.headers['content-security-policy']);
    const nonce = /nonce="([A-Za-z0-9+/=]{22,})"/.exec(String(one.body))?.[1];
    expect(policy).toBe("default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
      + `style-src 'self' 'nonce-${nonce}'; style-src-attr 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
    expect(policy).not.toBe(two.headers['content-security-policy']);
    expect(one.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test('holds nothing of the deployment: neither its audiences nor its purposes, and no token', async () => {
    const page = await textOf('/explorer');
    expect(page).not.toMatch(/internal|acme|purpose|eyJ|token/i);
    expect(page).toContain('data-callers="none"');
  });
});

describe('its files', () => {
  test('are sent packed to whoever takes that, the same to others, and may be kept for ever', async () => {
    const file = await fileIn('page.js');
    const [plain, packed] = [await raw(file), await raw(file, { headers: { 'accept-encoding': 'br, gzip' } })];
    expect(plain.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding', 'content-length': String(plain.body.length) });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(packed.body.length) });
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(plain.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  test('come with the licenses of what is in them', async () => {
    const licenses = await textOf((await fileIn('page.js')).replace('page.js', 'licenses.txt'));
    for (const name of ['graphiql', 'monaco-editor', 'react', 'graphql']) expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)\\n\\n.*MIT`, 'ms'));
    expect(licenses).not.toContain('no license stated');
  });

  test.each(['/explorer/', '/explorer/manifest.json', '/explorer/../package.json', '/explorer/%2e%2e/%2e%2e/package.json', '/explorer/{}/../manifest.json', '/explorer/{}/..%2fmanifest.json', '/explorer/{}/%2e%2e%2fmanifest.json', '/explorer/{}/', '/explorer/{}/page.js.gz', '/explorer/{}/page.js%00', '/explorer/{}/constructor', '/explorer/0123/page.js', '//explorer', '/explorer/{}//page.js', '/Explorer'])(
    'are those that were built: there is nothing at %s', async (path) => {
      const build = (await fileIn('page.js')).split('/')[2] ?? '';
      expect((await raw(path.replace('{}', build))).status).toBe(404);
    });

  test('are read, and nothing else', async () => {
    for (const path of ['/explorer', await fileIn('page.css')]) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const { status, headers } = await raw(path, { method });
        expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, HEAD']);
      }
      const [got, head] = [await raw(path), await raw(path, { method: 'HEAD' })];
      expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(got.body.length), 0]);
    }
  });
});
