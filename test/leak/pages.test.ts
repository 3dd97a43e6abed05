import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askerOf, type Asker } from './callers.ts';
import { makeCast } from './cast.ts';
import { tokensIn } from './markers.ts';
import { judge, type Case } from './oracle.ts';
import type { Argument, Selected } from './pieces.ts';
import { openRandom, type Random } from './random.ts';
import { openMarkers } from './scan.ts';
import { readSchema } from './schema-text.ts';
import { readSettings } from './settings.ts';
import { serveSources, type Sources } from './sources.ts';
import { openStage, type Stage } from './stage.ts';
import { makeWorld } from './world.ts';

const { seed } = readSettings(0);
const worlds = 10;
const walks = 30;

const markers = openMarkers();
const text = readSchema();
const open = new AsyncDisposableStack();
let sources: Sources;
let stage: Stage;

beforeAll(async () => {
  sources = open.adopt(await serveSources(), (one) => one.stop());
  stage = open.adopt(await openStage({ sources: sources.url, deadline: '20s' }), (one) => one.stop());
}, 60_000);
afterAll(() => open.disposeAsync());

/** What can be paged through: how it is asked for, and the same as pieces, with all of it on one page. */
interface Book {
  readonly query: (first: number) => string;
  readonly roots: readonly Selected[];
  /** Where the connection is in the answer. */
  readonly connection: (data: unknown) => Connection | null | undefined;
}

interface Connection {
  readonly edges: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const field = (name: string, below?: readonly Selected[], given: Readonly<Record<string, unknown>> = {}): Selected => ({
  kind: 'field', name, alias: undefined, included: true, directives: '', below,
  arguments: Object.fromEntries(Object.entries(given).map(([one, value]): [string, Argument] => [one, { value, text: '' }])),
});
const rows = (node: Selected): readonly Selected[] => [field('edges', [field('node', [node])])];
const page = (node: string): string => `{ edges { node { ${node} } } pageInfo { hasNextPage endCursor } }`;

function someBook(random: Random, numbers: readonly string[]): Book {
  if (random.chance(0.6)) {
    return {
      query: (first) => `query ($after: String) { customers(first: ${first}, after: $after) ${page('number')} }`,
      roots: [field('customers', rows(field('number')), { first: 100 })],
      connection: (data) => (data as { readonly customers?: Connection | null } | null)?.customers,
    };
  }
  const [name, value] = random.pick([['invoices', 'number'], ['tickets', 'name']] as const);
  const number = random.maybe(numbers) ?? '';
  return {
    query: (first) => `query ($after: String) { customer(by: { number: "${number}" }) { ${name}(first: ${first}, after: $after) ${page(value)} } }`,
    roots: [field('customer', [field(name, rows(field(value)), { first: 100 })], { by: { number } })],
    connection: (data) => (data as { readonly customer?: Readonly<Record<string, Connection | null>> | null } | null)?.customer?.[name],
  };
}

/** Turns every page; gives what was told, page by page, and the cursors on the way. */
async function turn(asker: Asker, { query, connection }: Book, first: number): Promise<{ readonly bodies: readonly string[]; readonly cursors: readonly string[] }> {
  const [bodies, cursors]: [string[], string[]] = [[], []];
  for (let after: string | undefined; bodies.length < 50;) {
    const { body } = await stage.ask(asker, query(first), { after });
    bodies.push(body);
    const found = connection((JSON.parse(body) as { readonly data?: unknown }).data);
    const next = found?.pageInfo.hasNextPage === true ? found.pageInfo.endCursor : null;
    if (next === null) break;
    cursors.push(next);
    after = next;
  }
  return { bodies, cursors };
}

test(`page by page, everything is told that may be and nothing else: seed ${seed}`, async () => {
  const now = Date.now();
  const wrong: unknown[] = [];
  for (let index = 0; index < worlds; index += 1) {
    const cast = makeCast(`${seed} pages`, index, now);
    const world = makeWorld(openRandom(`${seed} world of pages ${index}`), { index, faulty: false, cast });
    markers.add(world);
    const ids = await stage.settle(world);
    sources.show(world);
    for (let number = 0; number < walks; number += 1) {
      const random = openRandom(`${seed} walk ${index}.${number}`);
      const [asker, another] = [0, 1].map(() => askerOf(random.pick(cast.parts), random, world)) as [Asker, Asker];
      const book = someBook(random, world.people.filter(({ stored }) => stored).map((person) => person.number));
      const one: Case = { world, ids, asker, draft: { roots: book.roots, fragments: [], variables: new Map() }, now };
      const { allowed, owed } = judge(one, text, stage.schema);
      const first = 1 + random.int(3);
      const { bodies, cursors } = await turn(asker, book, first);
      const told = bodies.map((body) => [...tokensIn(body)].filter((token) => owed.has(token))).flat();
      const leaks = bodies.flatMap((body) => markers.strange(body, 'a page', allowed));
      const missing = [...owed].filter((token) => !told.includes(token));
      // A cursor is worth nothing to anybody else, nor in another place.
      const [cursor] = cursors;
      const strangers = cursor === undefined || another.subject === asker.subject ? [] : [await stage.ask(another, book.query(first), { after: cursor })];
      const opened = strangers.filter(({ body }) => tokensIn(body).size > 0);
      if (leaks.length + missing.length + opened.length > 0 || new Set(told).size !== told.length) {
        wrong.push({ walk: `${index}.${number}`, asker, query: book.query(first), leaks, missing: missing.map((token) => markers.placeOf(token)), opened, bodies });
      }
    }
  }
  expect(wrong.slice(0, 2)).toEqual([]);
}, 300_000);
