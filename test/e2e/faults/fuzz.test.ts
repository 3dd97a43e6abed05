import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startFaultyCompany, systems, warmUp, type FaultyCompany } from '../../fixtures/faulty-company.ts';
import type { Fault } from '../../fixtures/faulty-proxy.ts';
import { knownEverywhere } from '../../fixtures/faulty-records.ts';

/** One way to spoil an answer; `at` picks the place. */
type Edit =
  | { readonly kind: 'replace'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'remove' | 'repeat'; readonly at: number };

interface Spoiling {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly edits: readonly Edit[];
  /** How much of the text arrives, from 0 to 1. */
  readonly part: number;
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', 0, -1, 1e308, '1e999', 'NaN', true, [], {}, [[]], [null], '__proto__', '9'.repeat(400), '2026-02-30', '\ud800', '\u0000'),
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), at: fc.nat(), value: odd }),
  fc.record({ kind: fc.constantFrom('remove' as const, 'repeat' as const), at: fc.nat() }),
);
const usually = <Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> => (
  fc.oneof({ arbitrary: fc.constant(usual), weight: 4 }, { arbitrary: other, weight: 1 })
);
const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  status: usually(200, fc.constantFrom(201, 202, 204, 206, 300, 301, 304, 307, 400, 401, 403, 404, 408, 409, 410, 413, 418, 422, 429, 451, 500, 502, 503, 504, 599)),
  headers: usually<Readonly<Record<string, string>>>({ 'content-type': 'application/json' }, fc.constantFrom<Readonly<Record<string, string>>>(
    {}, { 'content-type': 'text/html' }, { 'content-type': 'application/json; charset=utf-16' }, { 'content-encoding': 'gzip' }, { 'content-encoding': 'x-none' },
    { 'retry-after': '-1' }, { 'retry-after': '9'.repeat(30) }, { 'retry-after': 'Fri, 99 Foo 2026' }, { location: '//elsewhere.invalid/' }, { location: ':' },
    { 'set-cookie': 'a=b; domain=.' }, { 'content-type': 'application/json', 'content-length': '3' },
  )),
  edits: fc.array(edit, { maxLength: 4 }),
  part: usually(1, fc.double({ min: 0, max: 1, noNaN: true })),
});

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

function spoils({ status, headers, edits, part }: Spoiling): Fault {
  return async ({ response, forward }) => {
    const { text } = await forward();
    const changed = edits.reduce<unknown>(edited, JSON.parse(text));
    const spoilt = Buffer.from(changed === undefined ? '' : JSON.stringify(changed));
    const sent = spoilt.subarray(0, Math.ceil(spoilt.length * part));
    response.writeHead(status, headers);
    if (headers['content-length'] === undefined) response.end(sent);
    else response.socket?.end(sent);
  };
}

function edited(answer: unknown, edit: Edit): unknown {
  const count = placesIn(answer);
  let left = edit.at % count;
  const visit = (value: unknown): readonly unknown[] => {
    if (left-- === 0) return edit.kind === 'replace' ? [edit.value] : edit.kind === 'repeat' ? [value, value] : [];
    if (Array.isArray(value)) return [value.flatMap(visit)];
    if (value === null || typeof value !== 'object') return [value];
    return [Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => {
      const [kept, ...more] = visit(inner);
      return kept === undefined && more.length === 0 ? [] : [[name, kept]];
    }))];
  };
  return visit(answer)[0];
}

function placesIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + placesIn(inner), 1);
}
