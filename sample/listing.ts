import { badRequest } from './arguments.ts';
import { addressOf } from './contacts.ts';
import type { Directory, Entry } from './directory.ts';

/** The parameters by which contacts can be filtered; all that are given must hold. */
export const filterNames = ['segment', 'city', 'country', 'lifecycle_stage', 'created_since'] as const;

type Test = (entry: Entry) => boolean;
type Order = (a: Entry, b: Entry) => number;

const collator = new Intl.Collator('en');
const orders = new Map<string, Order>([
  ['created_at', (a, b) => a.person.createdAt - b.person.createdAt],
  ['-created_at', (a, b) => b.person.createdAt - a.person.createdAt],
  ['last_name', (a, b) => collator.compare(a.person.home.familyName, b.person.home.familyName)],
  ['-last_name', (a, b) => collator.compare(b.person.home.familyName, a.person.home.familyName)],
]);

/** Lists a directory by the parameters `sort` and `filterNames`; without `sort` in the order of the customer numbers. */
export function listingOf(directory: Directory): (query: URLSearchParams) => readonly Entry[] {
  const sorted = new Map<string, readonly Entry[]>();

  function inOrder(name: string | null): readonly Entry[] {
    if (name === null) return directory.all();
    const order = orders.get(name);
    if (order === undefined) throw badRequest(`sort: expected one of ${[...orders.keys()].join(', ')}, got ${JSON.stringify(name)}`);
    // Nobody moves or renames herself here, so an order holds for good.
    const entries = sorted.get(name) ?? directory.all().toSorted(order);
    sorted.set(name, entries);
    return entries;
  }

  return (query) => {
    const tests = filterNames.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [testFor(name, value)];
    });
    return inOrder(query.get('sort')).filter((entry) => tests.every((test) => test(entry)));
  };
}

function testFor(name: (typeof filterNames)[number], value: string): Test {
  switch (name) {
    case 'segment':
      return ({ person }) => person.segments.includes(value);
    case 'city':
      return ({ person }) => addressOf(person)?.city === value;
    case 'country':
      return ({ person }) => addressOf(person)?.country === value;
    case 'lifecycle_stage':
      return ({ person }) => person.lifecycleStage === value;
    case 'created_since':
      return since(value);
  }
}

function since(value: string): Test {
  const from = /^\d{4}-\d{2}-\d{2}(T|$)/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(from)) throw badRequest(`created_since: expected a date or an instant (RFC 3339), got ${JSON.stringify(value)}`);
  return ({ person }) => person.createdAt >= from;
}
