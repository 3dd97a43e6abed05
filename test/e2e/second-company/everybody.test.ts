import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Passed } from '../../fixtures/tap.ts';
import { byKey, nodesOf, type Status } from '../rigs/answers.ts';
import { isSame, type RigPerson } from '../rigs/people.ts';
import { trytonInvoices, trytonParties, type TrytonInvoice } from '../rigs/tryton.ts';
import { companyNeeds, deskCalls, openCompany, trytonCalls, type Company } from './company.ts';
import { isInMarketing, marketingIdOf } from './marketing.ts';

const missing = await companyNeeds();
const title = 'All 300 people of Tryton, Request Tracker and a CRM in MongoDB';

(missing === undefined ? describe : describe.skip)(missing === undefined ? title : `${title} (needs ${missing})`, () => {
  let company: Company;
  beforeAll(async () => {
    company = await openCompany();
  }, 60_000);
  afterAll(() => company.close());

  /** The answer sheet: how each of them is to be known. */
  async function answerSheet(): Promise<readonly Known[]> {
    const parties = await trytonParties();
    return company.people.map((person) => {
      const number = numberOf(person);
      const party = parties.get(number) ?? '';
      const inMarketing = isInMarketing(person);
      const inDesk = isSame(person, 'tryton', 'rt');
      return {
        number, parties: party, billing: party,
        marketing: inMarketing ? marketingIdOf(person) : undefined,
        desk: inDesk ? person.seenAs.rt.email : undefined,
        completeness: { parties: 'OK', billing: 'OK', marketing: inMarketing ? 'OK' : 'NOT_LINKED', desk: inDesk ? 'OK' : 'NOT_LINKED' },
      };
    });
  }

  test('are linked where their addresses are the same but for case, and nobody to another\'s records', async () => {
    const seen: Known[] = [];
    let after: string | undefined;
    let hasMore = true;
    while (hasMore) {
      const { data, errors } = await company.gateway.ask(`query ($after: String) { customers(first: 100, after: $after) {
        edges { node { number contactPoints { ... on EmailContactPoint { source { key } } } invoices(first: 1) { edges { cursor } } completeness { source { key } status } } }
        pageInfo { endCursor hasNextPage }
      } }`, { variables: { after } });
      expect(errors).toEqual([]);
      const nodes = nodesOf(data.customers);
      // Links are stored by now: they answer without Tryton.
      const keys = nodes.map(({ number }) => ({ number }));
      const stored = await company.gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { identities { namespace value } } }', { variables: { keys } });
      expect(stored.errors).toEqual([]);
      seen.push(...nodes.map(({ number, completeness }, at) => knownAs(number, completeness, stored.data.customersBy[at].identities)));
      // Tryton does not count: that a full page was the last shows on the next.
      hasMore = data.customers.pageInfo.hasNextPage;
      after = data.customers.pageInfo.endCursor;
    }
    const expected = await answerSheet();
    expect(seen).toEqual(expected);
    // The sheet itself: who is not found is who has another address there, is unknown or is one of two.
    const unlinked = (system: 'desk' | 'marketing'): readonly string[] => expected.filter((one) => one[system] === undefined).map(({ number }) => number);
    const varied = (systems: readonly string[]): readonly string[] => company.people
      .filter(({ variation }) => systems.includes(variation?.system ?? '') && ['plus', 'typo', 'oldDomain', 'initial'].includes(variation?.kind ?? '')).map(numberOf);
    expect(unlinked('desk')).toEqual(varied(['tryton', 'rt']));
    expect(unlinked('desk')).toHaveLength(12);
    expect(unlinked('marketing').filter((number) => varied(['tryton']).includes(number))).toEqual(varied(['tryton']));
    expect(unlinked('marketing')).toHaveLength(varied(['tryton']).length + 12 + 1 + 2);
  }, 60_000);

  test('are listed where they are not linked, with the reason', async () => {
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const { data, errors } = await company.gateway.ask(`query ($after: String) { linkReviews(first: 20, after: $after) {
        edges { node { customer { number } source { key } reason candidates { namespace } } } pageInfo { endCursor hasNextPage }
      } }`, { variables: { after } });
      expect(errors).toEqual([]);
      for (const { customer, source, reason, candidates } of nodesOf(data.linkReviews)) {
        listed.push(`${customer.number} ${source.key} ${reason}`);
        if (reason === 'AMBIGUOUS') expect(candidates).toEqual([{ namespace: 'marketing' }, { namespace: 'marketing' }]);
      }
      after = data.linkReviews.pageInfo.hasNextPage === true ? data.linkReviews.pageInfo.endCursor : undefined;
    } while (after !== undefined);
    const expected = (await answerSheet()).flatMap(({ number, desk, marketing }) => [
      ...(desk === undefined ? [`${number} desk`] : []), ...(marketing === undefined ? [`${number} marketing`] : []),
    ]);
    expect(listed.map((one) => one.replace(/ [A-Z_]+$/, '')).sort()).toEqual(expected.sort());
    expect(listed.filter((one) => one.endsWith('AMBIGUOUS'))).toHaveLength(2);
    expect(listed.filter((one) => one.endsWith('NO_MATCH'))).toHaveLength(expected.length - 2);
  });

  test('are asked for in batches that the systems can take', async () => {
    const { data, errors } = await company.gateway.ask(`{ customers(first: 50) { edges { node { number email
      invoices(first: 20) { edges { node { number totalAmount } } } tickets(first: 2) { edges { node { name } } } contactPoints { value } } } } }`);
    expect(errors.filter(({ path }) => path?.includes('contactPoints') !== true)).toEqual([]);
    expect(nodesOf(data.customers)).toHaveLength(50);
    const { parties, billing, desk } = company.taps;
    for (const [tap, most] of [[parties, 2], [billing, 2], [desk, 2]] as const) expect(tap.peak()).toBeLessThanOrEqual(most);
    const passed = [...parties.take(), ...billing.take()];
    expect(Math.max(...passed.map(batchIn))).toBeLessThanOrEqual(50);
    desk.take();

    // With links stored and nobody new: one page of parties, which tells all that is asked of them, their invoices 25 at a time, their tickets eight at a time.
    await company.gateway.ask('{ customers(first: 50) { edges { node { number email invoices(first: 20) { edges { node { number totalAmount } } } tickets(first: 2) { edges { node { name } } } } } } }');
    expect(trytonCalls(parties.take())).toEqual({ 'party.party': 1 });
    const invoiceCalls = billing.take();
    expect(trytonCalls(invoiceCalls)).toEqual({ 'account.invoice': 2 });
    expect(invoiceCalls.map(batchIn)).toEqual([25, 25]);
    const ticketCalls = desk.take();
    expect(deskCalls(ticketCalls)).toEqual({ 'GET /REST/2.0/tickets': Math.ceil(company.people.slice(0, 50).filter((person) => isSame(person, 'tryton', 'rt')).length / 8) });
  }, 30_000);

  test('have their invoices, each with the dates and amounts that Tryton exports', async () => {
    const seen = new Map<string, readonly unknown[]>();
    for (let from = 0; from < 300; from += 50) {
      const keys = company.people.slice(from, from + 50).map((person) => ({ number: numberOf(person) }));
      const { data, errors } = await company.gateway.ask(`query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { invoices(first: 20) { edges { node {
        remoteId number status issueDate paidOnDate currency subTotal totalTaxAmount totalAmount balance
      } } } } }`, { variables: { keys } });
      expect(errors).toEqual([]);
      for (const [at, { number }] of keys.entries()) seen.set(number, nodesOf(data.customersBy[at].invoices));
    }
    const exported = await trytonInvoices();
    const byParty = Map.groupBy(exported, ({ party }) => party);
    for (const person of company.people) {
      const number = numberOf(person);
      const hers = byParty.get(number) ?? [];
      expect(hers).toHaveLength(person.invoices);
      expect(seen.get(number)).toEqual(hers.map(invoiceOf));
    }
    // What makes Tryton's numbers no keys: drafts have none, and they start again every year.
    const numbers = exported.filter(({ number }) => number !== '').map(({ number }) => number);
    expect(numbers.length).toBeLessThan(exported.length);
    expect(new Set(numbers).size).toBeLessThan(numbers.length);
    expect(new Set(exported.map(({ state }) => state))).toEqual(new Set(['draft', 'posted', 'paid']));
  }, 60_000);

  test('are listed by city and country, and by nothing that only looks like a city', async () => {
    const listed = async (where: object): Promise<readonly string[]> => {
      const { data, errors } = await company.gateway.ask('query ($where: CustomerFilter) { customers(first: 100, where: $where) { edges { node { number } } } }', { variables: { where } });
      expect(errors).toEqual([]);
      return nodesOf(data.customers).map(({ number }) => number);
    };
    const living = (city: string, country: string): readonly string[] => company.people.filter((one) => one.city === city && one.country === country).map(numberOf);
    expect(living('München', 'DE').length).toBeGreaterThan(1);
    expect(await listed({ city: 'München' })).toEqual(living('München', 'DE'));
    expect(await listed({ city: 'München', country: 'DE' })).toEqual(living('München', 'DE'));
    expect(await listed({ city: 'München', country: 'AT' })).toEqual([]);
    for (const city of ['M%', '%', '_ünchen', "' OR 1=1 --", '{filters}']) expect(await listed({ city })).toEqual([]);
  });

  test('are found by their addresses in any case, each as the same customer', async () => {
    for (let from = 0; from < 300; from += 100) {
      const people = company.people.slice(from, from + 100);
      const { data, errors } = await company.gateway.ask('query ($keys: [CustomerKey!]!) { customersBy(keys: $keys) { number } }', {
        variables: { keys: people.map(({ n, seenAs }) => ({ email: n % 2 === 0 ? seenAs.tryton.email.toUpperCase() : seenAs.tryton.email })) },
      });
      expect(errors).toEqual([]);
      expect(data.customersBy).toEqual(people.map((person) => ({ number: numberOf(person) })));
    }
  }, 30_000);
});

interface Known {
  readonly number: string;
  readonly parties: string | undefined;
  readonly billing: string | undefined;
  readonly marketing: string | undefined;
  readonly desk: string | undefined;
  readonly completeness: Readonly<Record<string, string>>;
}

function knownAs(number: string, completeness: readonly Status[], identities: readonly { readonly namespace: string; readonly value: string }[]): Known {
  const keyIn = (source: string): string | undefined => identities.find(({ namespace }) => namespace === source)?.value;
  return { number, parties: keyIn('parties'), billing: keyIn('billing'), marketing: keyIn('marketing'), desk: keyIn('desk'), completeness: byKey(completeness) };
}

/** The party's number. */
function numberOf({ n }: RigPerson): string {
  return `K${10_000 + 7 * n}`;
}

function invoiceOf({ id, number, state, issued, paid, currency, untaxed, tax, total, open }: TrytonInvoice): unknown {
  const status = { draft: 'DRAFT', posted: 'OPEN', paid: 'PAID' }[state];
  return {
    remoteId: id, number: orNull(number), status, issueDate: orNull(issued), paidOnDate: orNull(paid), currency,
    subTotal: untaxed, totalTaxAmount: tax, totalAmount: total, balance: open,
  };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

/** How many keys or values a question to Tryton names; 1 for what names none. */
function batchIn({ body }: Passed): number {
  const { method, params } = JSON.parse(body) as { readonly method: string; readonly params: readonly unknown[] };
  if (method === 'common.db.login') return 1;
  const [[clause]] = params as readonly [readonly [readonly unknown[]]];
  const [name, operator, operand] = clause;
  if (name === 'contact_mechanisms') return ((operand as readonly unknown[])[1] as readonly unknown[]).length - 1;
  return operator === 'in' ? (operand as readonly unknown[]).length : 1;
}
