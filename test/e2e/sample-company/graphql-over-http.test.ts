import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

let company: TestCompany;
let authorization: string;
beforeAll(async () => {
  company = await startCompany();
  authorization = `Bearer ${company.gateway.issuer.caller('support')}`;
}, 30_000);
afterAll(() => company.stop());

/** The audits send no token, and their GETs nothing by which they were no web page's. */
const asSupport: typeof fetch = (input, init = {}) =>
  fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), authorization, 'apollo-require-preflight': 'yes' } });

describe('the audits of GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => `${company.gateway.url}/graphql`, fetchFn: asSupport });

  test('are all there', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (_id, _name, audit) => {
    const result = await audit.fn();
    // A warning is about what a server SHOULD: with `application/json` Apollo answers what is wrong with 400 instead of 200.
    expect(result.status === 'error' ? result.reason : 'ok').toBe('ok');
  });
});

describe('a GET', () => {
  const get = (headers: Readonly<Record<string, string>>, query = '{ __typename }'): Promise<Response> =>
    fetch(`${company.gateway.url}/graphql?${new URLSearchParams({ query })}`, { headers: { authorization, ...headers } });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql', 'application/jsonp', 'nonsense'])(
    'of content type %s is refused with 415',
    async (type) => {
      for (const preflight of [{}, { 'apollo-require-preflight': 'yes' }]) {
        const response = await get({ 'content-type': type, ...preflight });
        expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 415, body: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] } });
      }
    },
  );

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])('of content type %s is answered', async (type) => {
    expect((await get({ 'content-type': type })).status).toBe(200);
  });

  test('changes nothing', async () => {
    const mutation = 'mutation { requestAccess(input: { fields: ["Customer.phone"], purpose: "service.support", reason: "x", until: "2999-01-01T00:00:00Z" }) { id } }';
    const response = await get({ 'apollo-require-preflight': 'yes' }, mutation);
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
  });
});
