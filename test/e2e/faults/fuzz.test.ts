import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startFaultyCompany, systems, warmUp, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';
import { spoiling, spoils } from '../../fixtures/spoiled-answers.ts';

const query = `query ($known: CustomerKey!, $new: CustomerKey!) {
  known: customer(by: $known) { ...all }
  new: customer(by: $new) { ...all }
}
fragment all on Customer {
  id number kind since email
  profile { name birthDate language }
  contactPoints { value label ... on Record { remoteUpdatedAt } }
  billing { currency balance overdue lastPaymentAt }
  invoices(first: 2) { edges { node { number status issueDate totalAmount lineItems { description totalAmount } } } pageInfo { hasNextPage } }
  refunds(first: 2) { edges { node { amount } } }
  tickets(first: 2) { edges { node { name status tags createdAt comments(first: 1) { edges { node { body } } } } } }
  satisfaction(first: 1) { edges { node { metric score } } }
  completeness { source { key } status }
  provenance { path rule }
}`;
const sourceCodes = ['SOURCE_TIMEOUT', 'SOURCE_UNAVAILABLE', 'SOURCE_RATE_LIMITED', 'SOURCE_MALFORMED'];

let company: FaultyCompany;
let everywhere: readonly { readonly number: string | undefined }[];

beforeAll(async () => {
  const limits = { deadline: '3s', retry: { backoff: '1ms' }, breaker: { failures: 100_000 } };
  company = await startFaultyCompany({ limits: { crm: limits, billing: limits, support: limits }, server: { requestDeadline: '6s' } });
  everywhere = knownEverywhere(company).slice(1);
  await warmUp(() => company.gateway.ask(query, { variables: { known: { number: '10001' }, new: { number: '10001' } } }));
}, 30_000);
afterAll(() => company.stop());

test('whatever a system answers, the gateway answers in time with data and coded errors', async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...systems), spoiling, async (system, how) => {
      asked += 1;
      company.proxies[system].behave(spoils(how));
      const startedAt = Date.now();
      const { status, data, errors, text } = await company.gateway.ask(query, {
        variables: { known: { number: '10001' }, new: { number: everywhere[asked % everywhere.length]?.number } },
      });
      await company.recover();
      // Twice what the request has.
      expect(Date.now() - startedAt).toBeLessThan(12_000);
      expect(status).toBe(200);
      expect(Object.keys(data)).toEqual(['known', 'new']);
      // One system was spoilt, and pays for it alone; a row that comes twice under two keys is two customers to anybody.
      const others = errors.filter(({ extensions: { code, source, reason } }) => (
        (source !== system || !sourceCodes.includes(String(code))) && reason !== 'ambiguous'
      ));
      expect(others).toEqual([]);
      for (const secret of company.secrets) expect(text).not.toContain(secret);
    }),
    { numRuns: 300, endOnFailure: true },
  );
}, 300_000);
