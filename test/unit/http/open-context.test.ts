import { createServer, request, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../src/caller/caller.ts';
import { contextOpener } from '../../../src/http/open-context.ts';
import type { RequestContext } from '../../../src/http/request-context.ts';

const aCaller = (given: Partial<Caller> = {}): Caller => ({
  kind: 'staff', subject: 'yara', issuer: 'https://idp.example', tokenId: 'token-1', client: undefined, actor: undefined, roles: [], scopes: [],
  purposes: ['service.support', 'marketing.email'], audience: 'internal', customers: 'all', regions: [], expiresAt: 0, ...given,
});

let caller = aCaller();
let contexts: RequestContext[] = [];
const open = contextOpener({
  authenticate: async (header) => (header === 'Bearer good' ? { kind: 'caller', caller } : { kind: 'refused', reason: 'invalid' }),
  purposes: new Map([['service.support', {}], ['marketing.email', { dpv: 'DirectMarketing' }]]),
  audiences: new Set(['internal', 'self']),
  admit: async () => ({ admitted: true, headers: {} }),
  isRevoked: async () => false,
  isRevokedOfLate: async () => false,
  onFailure: (error) => {
    throw error;
  },
});
const server = createServer((incoming, response) => {
  void open(incoming, response).then((context) => {
    if (context === undefined) return;
    contexts.push(context);
    response.end();
  });
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => void server.close());
beforeEach(() => {
  caller = aCaller();
  contexts = [];
});

/** Sends a request whose headers may come several times, and gives the status with what was made of it. */
async function opened(headers: OutgoingHttpHeaders): Promise<{ readonly status: number | undefined; readonly context: RequestContext | undefined }> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', headers, agent: false }).end();
  const [response] = await once(sent, 'response') as [{ readonly statusCode: number | undefined; resume(): void }];
  response.resume();
  return { status: response.statusCode, context: contexts[0] };
}

const withGood = (headers: OutgoingHttpHeaders): OutgoingHttpHeaders => ({ authorization: 'Bearer good', ...headers });

describe('the authorization header', () => {
  test.each<[string, readonly string[]]>([
    ['after another', ['Bearer bad', 'Bearer good']],
    ['before another', ['Bearer good', 'Bearer bad']],
    ['twice', ['Bearer good', 'Bearer good']],
    ['beside an empty one', ['Bearer good', '']],
  ])('is refused %s', async (_, authorization) => {
    // A list here would be joined; pairs are sent as they are.
    const headers = ['host', 'gateway', ...authorization.flatMap((value) => ['authorization', value])] as unknown as OutgoingHttpHeaders;
    expect(await opened(headers)).toEqual({ status: 401, context: undefined });
  });
});

describe('the purpose header', () => {
  test.each<[string, string[] | string, unknown]>([
    ['once', 'marketing.email', { kind: 'purpose', purpose: 'marketing.email' }],
    ['twice, differently', ['marketing.email', 'service.support'], { kind: 'refused', code: 'PURPOSE_NOT_ALLOWED' }],
    ['twice, the first of them empty', ['', 'service.support'], { kind: 'refused', code: 'PURPOSE_NOT_ALLOWED' }],
    ['twice the same', ['marketing.email', 'marketing.email'], { kind: 'refused', code: 'PURPOSE_NOT_ALLOWED' }],
  ])('%s', async (_, header, purpose) => {
    expect((await opened(withGood({ 'x-purpose': header }))).context?.purpose).toEqual(purpose);
  });

  test('that is absent leaves it to the token`s scope', async () => {
    caller = aCaller({ scopes: ['dpv:DirectMarketing'] });
    expect((await opened(withGood({}))).context?.purpose).toEqual({ kind: 'purpose', purpose: 'marketing.email' });
  });
});

describe('Sec-GPC', () => {
  const customer = { kind: 'customer', audience: 'self', customers: ['10001'] } as const;

  test('is an opt-out of the customer who sends 1', async () => {
    caller = aCaller(customer);
    expect((await opened(withGood({ 'Sec-GPC': '1' }))).context?.optOut).toBe(true);
  });

  test.each<[string, string[] | string | undefined]>([
    ['nothing', undefined], ['0', '0'], ['an empty text', ''], ['true', 'true'], ['01', '01'], ['1.0', '1.0'], ['a quoted 1', '"1"'], ['1 with a parameter', '1;a=b'],
    ['1 twice', ['1', '1']], ['1 and 0', ['1', '0']], ['1 and something', '1 1'],
  ])('is no signal when she sends %s', async (_, value) => {
    caller = aCaller(customer);
    expect((await opened(withGood(value === undefined ? {} : { 'sec-gpc': value }))).context?.optOut).toBe(false);
  });

  test.each(['staff', 'service', 'partner'] as const)('is no signal of %s', async (kind) => {
    caller = aCaller({ kind });
    expect((await opened(withGood({ 'sec-gpc': '1' }))).context?.optOut).toBe(false);
  });
});
