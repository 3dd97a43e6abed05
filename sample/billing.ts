import {
  accountRow, invoiceRows, paymentMethodRows, paymentRows, refundRows, subscriptionRows, type Row,
} from './accounts.ts';
import { atMost, badRequest, commaList, wholeNumber } from './arguments.ts';
import { directoryOf, type Directory, type Entry } from './directory.ts';
import { makePeople, type People } from './people.ts';
import { Refusal } from './refusal.ts';
import { run } from './run.ts';
import { apiKey, serve, type Operation, type Served, type SystemOptions } from './serve.ts';

type Rows = (entry: Entry, now: number) => readonly Row[];

const maxKeys = 50;
const finders = ['ids', 'customer_numbers', 'emails'] as const;

/**
 * Serves the billing system's JSON API. Requests are counted as `accounts`, `account`, `invoices`, `subscriptions`, `payments`,
 * `payment-methods` and `refunds`.
 */
export async function serveBilling(options: SystemOptions & { readonly people: People }): Promise<Served> {
  const directory = directoryOf('billing', options.people);
  const { port, latency = 0, credentials, clock } = options;
  const served = await serve({ port, latency, admits: apiKey(credentials), operations: operationsOf(directory, clock), calls: new Map() });
  // The tables are made between requests, so that the first search does not wait for them.
  setImmediate(() => directory.byEmails([]));
  return served;
}

function operationsOf(directory: Directory, clock: () => number): readonly Operation[] {
  const entry = (id: string): Entry => {
    const [found] = directory.byIds([id]);
    if (found === undefined) throw new Refusal(404, 'not_found', 'no such account');
    return found;
  };
  const list = (name: string, rows: Rows): Operation => ({
    name,
    method: 'GET',
    path: `/v1/accounts/{id}/${name}`,
    parameters: ['limit', 'starting_after'],
    answer: ({ part, query }) => cursorPage(rows(entry(part('id')), clock()), query),
  });
  return [
    {
      name: 'accounts',
      method: 'GET',
      path: '/v1/accounts',
      parameters: finders,
      answer: ({ query }) => ({ data: find(directory, query).map((each) => accountRow(each, clock())) }),
    },
    {
      name: 'account',
      method: 'GET',
      path: '/v1/accounts/{id}',
      parameters: [],
      answer: ({ part }) => accountRow(entry(part('id')), clock()),
    },
    list('invoices', invoiceRows),
    list('subscriptions', subscriptionRows),
    list('payments', paymentRows),
    list('payment-methods', paymentMethodRows),
    {
      name: 'refunds',
      method: 'GET',
      path: '/v1/accounts/{id}/refunds',
      parameters: ['page', 'per_page'],
      answer: ({ part, query }) => numberedPage(refundRows(entry(part('id')), clock()), query),
    },
  ];
}

function find(directory: Directory, query: URLSearchParams): readonly Entry[] {
  const [by, ...others] = finders.filter((name) => query.has(name));
  if (by === undefined || others.length > 0) throw badRequest(`expected exactly one of ${finders.join(', ')}`);
  const values = atMost(commaList(query, by) ?? [], by, maxKeys);
  switch (by) {
    case 'ids':
      return directory.byIds(values);
    case 'customer_numbers':
      return directory.byNumbers(values);
    case 'emails':
      return directory.byEmails(values);
  }
}

function cursorPage(rows: readonly Row[], query: URLSearchParams): unknown {
  const limit = wholeNumber(query, 'limit', { from: 1, to: 100, usual: 10 });
  const after = query.get('starting_after');
  const at = after === null ? 0 : rows.findIndex(({ id }) => id === after) + 1;
  if (after !== null && at === 0) throw badRequest('starting_after: no such row in this list');
  const data = rows.slice(at, at + limit);
  const hasMore = at + limit < rows.length;
  return { data, has_more: hasMore, next_cursor: hasMore ? (data.at(-1)?.id ?? null) : null };
}

function numberedPage(rows: readonly Row[], query: URLSearchParams): unknown {
  const page = wholeNumber(query, 'page', { from: 1, to: 100_000, usual: 1 });
  const size = wholeNumber(query, 'per_page', { from: 1, to: 100, usual: 20 });
  return { items: rows.slice((page - 1) * size, page * size), page, pages: Math.ceil(rows.length / size) };
}

if (import.meta.main) await run('BILLING_KEY', (options) => serveBilling({ ...options, people: makePeople() }));
