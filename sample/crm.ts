import { badRequest, commaList, objectBody, textList, wholeNumber } from './arguments.ts';
import { contactOf, type Contact } from './contacts.ts';
import { directoryOf, type Directory, type Entry } from './directory.ts';
import { filterNames, listingOf } from './listing.ts';
import { makePeople, type People } from './people.ts';
import { project } from './project.ts';
import { Refusal } from './refusal.ts';
import { run } from './run.ts';
import { bearer, serve, type Operation, type Served, type SystemOptions } from './serve.ts';

const maxKeys = 100;

/** Serves the CRM's JSON API. Requests are counted as `batch-read`, `contact`, `search` and `list`. */
export async function serveCrm(options: SystemOptions & { readonly people: People }): Promise<Served> {
  const directory = directoryOf('crm', options.people);
  const { port, latency = 0, credentials, clock } = options;
  const served = await serve({ port, latency, admits: bearer(credentials), operations: operationsOf(directory, clock), calls: new Map() });
  // The tables are made between requests, so that the first search does not wait for them.
  setImmediate(() => directory.byEmails([]));
  return served;
}

function operationsOf(directory: Directory, clock: () => number): readonly Operation[] {
  const list = listingOf(directory);
  const row = (entry: Entry): Contact => contactOf(entry, clock());
  return [
    {
      name: 'batch-read',
      method: 'POST',
      path: '/v1/contacts/batch-read',
      parameters: [],
      answer: ({ body }) => {
        const asked = objectBody(body);
        const properties = propertiesOf(asked);
        const entries = directory.byIds(textList(asked, 'ids', maxKeys));
        return { results: entries.map((entry) => project(row(entry), properties)) };
      },
    },
    {
      name: 'search',
      method: 'POST',
      path: '/v1/contacts/search',
      parameters: [],
      answer: ({ body }) => {
        const asked = objectBody(body);
        const entries = search(directory, asked['property'], textList(asked, 'values', maxKeys));
        const properties = propertiesOf(asked);
        const shown = entries.slice(0, limitOf(asked['limit']));
        return { results: shown.map((entry) => project(row(entry), properties)), total: entries.length };
      },
    },
    {
      name: 'contact',
      method: 'GET',
      path: '/v1/contacts/{id}',
      parameters: ['properties'],
      answer: ({ part, query }) => {
        const [entry] = directory.byIds([part('id')]);
        if (entry === undefined) throw new Refusal(404, 'not_found', 'no such contact');
        return project(row(entry), commaList(query, 'properties'));
      },
    },
    {
      name: 'list',
      method: 'GET',
      path: '/v1/contacts',
      parameters: ['limit', 'offset', 'properties', 'sort', ...filterNames],
      answer: ({ query }) => {
        const limit = wholeNumber(query, 'limit', { from: 1, to: 100, usual: 20 });
        const offset = wholeNumber(query, 'offset', { from: 0, to: 1_000_000, usual: 0 });
        const wanted = commaList(query, 'properties');
        const found = list(query);
        const results = found.slice(offset, offset + limit).map((entry) => project(row(entry), wanted));
        return { results, total: found.length, offset, limit };
      },
    },
  ];
}

function propertiesOf(body: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  return body['properties'] === undefined ? undefined : textList(body, 'properties', maxKeys);
}

function limitOf(limit: unknown): number {
  if (limit === undefined) return maxKeys;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= 500) return limit;
  throw badRequest('limit: expected a whole number from 1 to 500');
}

function search(directory: Directory, property: unknown, values: readonly string[]): readonly Entry[] {
  switch (property) {
    case 'email':
      return directory.byEmails(values);
    case 'phone':
      return directory.byPhones(values);
    case 'customer_number':
      return directory.byNumbers(values);
    default:
      throw badRequest('property: expected "email", "phone" or "customer_number"');
  }
}

if (import.meta.main) await run('CRM_TOKEN', (options) => serveCrm({ ...options, people: makePeople() }));
