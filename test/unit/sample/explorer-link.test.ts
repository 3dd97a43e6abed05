import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serveExplorerLink, type ExplorerLink } from '../../../sample/explorer-link.ts';

let made = 0;
let link: ExplorerLink;
beforeAll(async () => {
  link = await serveExplorerLink({
    explorer: 'http://127.0.0.1:4000/explorer',
    callers: () => [{ name: 'support', description: 'ü', token: `token-${(made += 1)}`, query: '{ me { number } }' }],
  });
});
afterAll(() => link.close());

const ask = (url: string, init: RequestInit = {}): Promise<Response> => fetch(url, { redirect: 'manual', ...init });

test('sends a browser on to the explorer, with callers where no server sees them and tokens that are made then', async () => {
  for (const token of ['token-1', 'token-2']) {
    const { status, headers } = await ask(link.url);
    const location = new URL(headers.get('location') ?? '');
    expect([status, location.origin + location.pathname + location.search, headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([302, 'http://127.0.0.1:4000/explorer', 'no-store', 'no-referrer']);
    const callers = Buffer.from(location.hash.replace('#callers=', ''), 'base64url').toString();
    expect(JSON.parse(callers)).toEqual([{ name: 'support', description: 'ü', token, query: '{ me { number } }' }]);
  }
});

test('tells nobody who does not know its address, and makes no token for her', async () => {
  const before = made;
  const { origin, pathname } = new URL(link.url);
  expect(pathname).toMatch(/^\/[\w-]{22}$/);
  for (const path of ['/', pathname.slice(0, -1), `${pathname}/`, `${pathname}?`, pathname.toUpperCase() === pathname ? pathname.toLowerCase() : pathname.toUpperCase(), '/callers', '/explorer']) {
    const response = await ask(origin + path);
    expect([path, response.status, response.headers.get('location'), await response.text()]).toEqual([path, 404, null, '']);
  }
  for (const method of ['HEAD', 'POST', 'OPTIONS']) expect((await ask(link.url, { method })).status).toBe(404);
  expect(made).toBe(before);
});
