import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

/** The sample company, whose CRM tells of changes. */
const webhook = (text: string): string =>
  `${text.replace('  contact:\n', '  contact:\n    cache: { maxAge: 1h }\n')}\nwebhook:\n  secret: { header: X-Webhook-Token, secrets: [a-shared-secret] }\n  drops: [{ entity: contact }]\n`;

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: { 'sources/crm.yaml': webhook } });
}, 30_000);
afterAll(() => company.stop());

type Body = string | Uint8Array<ArrayBuffer>;
const plain = JSON.stringify({ query: '{ __typename }' });
const json = 'application/json';
const ways: Readonly<Record<string, { readonly answered: number; readonly send: (body: Body, headers: Readonly<Record<string, string>>) => Promise<Response> }>> = {
  '/graphql': {
    answered: 200,
    send: (body, headers) => fetch(`${company.gateway.url}/graphql`, { method: 'POST', body, headers: { authorization: `Bearer ${company.gateway.issuer.caller('support')}`, 'content-type': json, ...headers } }),
  },
  '/webhooks/crm': {
    answered: 204,
    send: (body, headers) => fetch(`${company.gateway.url}/webhooks/crm`, { method: 'POST', body, headers: { 'x-webhook-token': 'a-shared-secret', 'content-type': json, ...headers } }),
  },
};

describe.each(Object.entries(ways))('at %s', (_path, { answered, send }) => {
  test.each<[string, Body, string]>([
    ['gzip', gzipSync(plain), 'gzip'],
    ['Brotli', brotliCompressSync(plain), 'br'],
    ['what is called gzip', plain, 'gzip'],
    ['what is called gzip by its older name', plain, 'X-GZip'],
    ['several encodings, of which one is none', plain, 'identity, gzip'],
    ['an encoding that is not there', plain, 'nonsense'],
  ])('%s is 415, and the answer says that nothing is encoded here', async (_, body, encoding) => {
    const response = await send(body, { 'content-encoding': encoding });
    expect({ status: response.status, accepts: response.headers.get('accept-encoding'), body: await response.json() }).toEqual({
      status: 415, accepts: 'identity', body: { errors: [{ message: expect.stringMatching(/^Content-Encoding: /), extensions: { code: 'BAD_REQUEST' } }] },
    });
  });

  test.each(['utf-16', 'UTF-16LE', 'iso-8859-1', '"utf-16"', 'utf-8; charset=utf-16', ''])('the charset %s is 415', async (charset) => {
    const response = await send(plain, { 'content-type': `${json}; charset=${charset}` });
    expect({ status: response.status, accepts: response.headers.get('accept-encoding'), body: await response.json() }).toEqual({
      status: 415, accepts: null, body: { errors: [{ message: expect.stringMatching(/^Content-Type: .*utf-8/), extensions: { code: 'BAD_REQUEST' } }] },
    });
  });

  test.each<Readonly<Record<string, string>>>([
    { 'content-encoding': 'identity' }, { 'content-encoding': 'Identity' }, { 'content-encoding': '' },
    { 'content-type': `${json}; charset=utf-8` }, { 'content-type': `${json};charset="UTF-8"` }, { 'content-type': `${json}; charset=utf8` },
  ])('%j is what it is without', async (headers) => {
    expect((await send(plain, headers)).status).toBe(answered);
  });
});

test('neither is taken of a GET', async () => {
  for (const headers of [{ 'content-type': json, 'content-encoding': 'gzip' }, { 'content-type': `${json}; charset=utf-16` }]) {
    const response = await fetch(`${company.gateway.url}/graphql?query={__typename}`, { headers: { authorization: `Bearer ${company.gateway.issuer.caller('support')}`, ...headers } });
    expect(response.status).toBe(415);
  }
});
