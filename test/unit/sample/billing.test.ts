import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountRow, invoiceRows, paymentRows, refundRows, subscriptionRows, type Row } from '../../../sample/accounts.ts';
import { serveBilling } from '../../../sample/billing.ts';
import { directoryOf, type Entry } from '../../../sample/directory.ts';
import type { Served } from '../../../sample/serve.ts';
import { at, client, listAt, type Ask } from './client.ts';
import { now, options, people, personWhere, showcase } from './systems.ts';

const day = 86_400_000;
const id = showcase.copies.billing?.id ?? '';
const entries = directoryOf('billing', people).all();
const total = (rows: readonly Row[], field: string): number => rows.reduce((sum, row) => sum + Number(row[field]), 0);
let served: Served;
let ask: Ask;

beforeAll(async () => {
  served = await serveBilling(options);
  ask = client(served, { 'x-api-key': options.credentials });
});
afterAll(() => served.close());

describe('finding accounts', () => {
  const numbers = async (query: string): Promise<readonly unknown[]> =>
    listAt((await ask(`/v1/accounts?${query}`)).body, 'data').map((row) => at(row, 'customer_number'));

  test('by ids, customer numbers or e-mail addresses in any case, leaving out what nobody has', async () => {
    expect(await numbers(`ids=${id},cus_nobody`)).toEqual(['10001']);
    expect(await numbers('customer_numbers=10002,99999,10001')).toEqual(['10001', '10002']);
    expect(await numbers(`emails=${encodeURIComponent(showcase.email.toUpperCase())}`)).toEqual(['10001']);
    expect(await numbers('ids=')).toEqual([]);
  });

  test('does not find a customer number that billing does not have, though the person is there', async () => {
    const { number, copies } = personWhere((each) => each.copies.billing !== undefined && each.copies.billing.number !== each.number);
    expect(await numbers(`customer_numbers=${number ?? ''}`)).toEqual([]);
    expect(await numbers(`ids=${copies.billing?.id ?? ''}`)).toEqual([null]);
  });

  test('takes 50 keys and not one more', async () => {
    const keys = (count: number): string => Array.from({ length: count }, (_, n) => String(10_001 + n)).join(',');
    expect((await ask(`/v1/accounts?customer_numbers=${keys(50)}`)).status).toBe(200);
    const tooMany = await ask(`/v1/accounts?customer_numbers=${keys(51)}`);
    expect(tooMany).toMatchObject({ status: 400, body: { error: { code: 'too_many' } } });
  });

  test.each(['', '?ids=a&emails=b'])('refuses %j: it takes exactly one kind of key', async (query) => {
    expect(await ask(`/v1/accounts${query}`)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  test('says 404 to an account that is not there', async () => {
    for (const path of ['', '/invoices', '/subscriptions', '/payments', '/payment-methods', '/refunds']) {
      expect(await ask(`/v1/accounts/cus_nobody${path}`)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    }
  });
});

describe('customer 10001', () => {
  test('has a value in every field of her account', async () => {
    const { body } = await ask(`/v1/accounts/${id}`);
    expect(Object.entries(body as object).filter(([, value]) => value === null)).toEqual([]);
    expect(body).toMatchObject({ id, customer_number: '10001', email: showcase.email, currency: 'EUR', overdue: 0, delinquent: false });
  });

  test('has invoices with lines, payments, two subscriptions, a card and a refund', async () => {
    const list = async (path: string, field: string): Promise<readonly unknown[]> =>
      listAt((await ask(`/v1/accounts/${id}/${path}`)).body, field);
    const invoices = await list('invoices?limit=100', 'data');
    expect(invoices.length).toBeGreaterThanOrEqual(60);
    for (const invoice of invoices) expect(listAt(invoice, 'lines.data').length).toBeGreaterThanOrEqual(1);
    expect((await list('payments?limit=100', 'data')).length).toBeGreaterThanOrEqual(60);
    expect((await list('subscriptions', 'data')).map((row) => at(row, 'status'))).toEqual(['active', 'active']);
    expect(await list('payment-methods', 'data')).toMatchObject([{ type: 'card', is_default: true, exp_year: expect.any(Number) }]);
    expect((await list('refunds', 'items')).length).toBeGreaterThanOrEqual(1);
  });
});

describe('paging', () => {
  test('leads through all invoices, newest first, without a gap or a repetition', async () => {
    const dates: string[] = [];
    const ids: unknown[] = [];
    let next: unknown = '';
    while (next !== null) {
      const { body } = await ask(`/v1/accounts/${id}/invoices?limit=25${next === '' ? '' : `&starting_after=${String(next)}`}`);
      dates.push(...listAt(body, 'data').map((row) => String(at(row, 'issue_date'))));
      ids.push(...listAt(body, 'data').map((row) => at(row, 'id')));
      next = at(body, 'next_cursor');
      expect(at(body, 'has_more')).toBe(next !== null);
    }
    expect(dates).toEqual(dates.toSorted().reverse());
    expect(new Set(ids).size).toBe(invoiceRows(entryAt(0), now).length);
  });

  test('refuses a cursor of another account', async () => {
    const [foreign] = invoiceRows(entryAt(1), now);
    const refused = await ask(`/v1/accounts/${id}/invoices?starting_after=${foreign?.id ?? ''}`);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });

  test('numbers the pages of refunds', async () => {
    const { body } = await ask(`/v1/accounts/${id}/refunds?page=2&per_page=1`);
    const all = listAt((await ask(`/v1/accounts/${id}/refunds`)).body, 'items');
    expect(body).toEqual({ items: [all[1]], page: 2, pages: all.length });
    expect((await ask(`/v1/accounts/${id}/refunds?page=99`)).body).toEqual({ items: [], page: 99, pages: 1 });
  });

  test.each(['invoices?limit=0', 'invoices?limit=101', 'refunds?page=0', 'refunds?per_page=101'])('refuses %s', async (path) => {
    expect(await ask(`/v1/accounts/${id}/${path}`)).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
  });
});

describe('the books', () => {
  test('add up from the lines to the invoices', () => {
    const invoices = entries.flatMap((entry) => invoiceRows(entry, now));
    const wrong = invoices.filter((invoice) => {
      const lines = listAt(invoice, 'lines.data') as readonly Row[];
      const [amount, tax] = [total(lines, 'amount'), total(lines, 'tax')];
      return invoice['sub_total'] !== amount || invoice['tax'] !== tax || invoice['amount_due'] !== amount + tax;
    });
    expect(invoices.length).toBeGreaterThan(10_000);
    expect(wrong).toEqual([]);
  });

  test('add up from the invoices to the balance, and from payments and refunds to the revenue', () => {
    for (const entry of entries) {
      const open = invoiceRows(entry, now).filter(({ state }) => ['posted', 'partially_paid', 'past_due'].includes(String(state)));
      const received = paymentRows(entry, now).filter(({ status }) => status === 'succeeded' || status === 'refunded');
      expect(accountRow(entry, now)).toMatchObject({
        balance: total(open, 'amount_remaining'),
        lifetime_revenue: total(received, 'amount') - total(refundRows(entry, now), 'amount'),
      });
    }
  });

  test('know every state of an invoice, a subscription and a payment', () => {
    const words = (rows: (entry: (typeof entries)[number]) => readonly Row[], field: string): readonly unknown[] =>
      [...new Set(entries.flatMap(rows).map((row) => row[field]))].sort();
    const states = ['cancelled', 'draft', 'paid', 'partially_paid', 'past_due', 'posted'];
    expect(words((entry) => invoiceRows(entry, now), 'state')).toEqual(states);
    expect(words((entry) => subscriptionRows(entry, now), 'status')).toEqual(['active', 'canceled', 'past_due', 'paused']);
    expect(words((entry) => paymentRows(entry, now), 'status')).toEqual(['failed', 'pending', 'refunded', 'succeeded']);
  });

  test('keep whole yen, which have no minor unit', () => {
    const inYen = entries.filter(({ person }) => person.home.country.code === 'JP').flatMap((entry) => invoiceRows(entry, now));
    expect(inYen.length).toBeGreaterThan(0);
    expect(inYen.filter(({ amount_due: due, currency }) => currency !== 'JPY' || !Number.isInteger(due) || Number(due) < 400)).toEqual([]);
  });

  test('do not rewrite the past: what was paid a month ago is still the same', () => {
    const settled = (row: Row): boolean => row['state'] === 'paid' || row['state'] === 'cancelled';
    for (const entry of entries.slice(0, 100)) {
      const before = invoiceRows(entry, now - 30 * day).filter(settled);
      const after = new Map(invoiceRows(entry, now).map((row) => [row.id, row]));
      expect(before.map((row) => after.get(row.id))).toEqual(before);
    }
  });
});

function entryAt(position: number): Entry {
  const entry = entries[position];
  if (entry === undefined) throw new Error(`billing knows nobody at ${position}`);
  return entry;
}
