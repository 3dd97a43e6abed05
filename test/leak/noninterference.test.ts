import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askerOf, type Asker } from './callers.ts';
import { makeCast, type Cast } from './cast.ts';
import { differenceOf, sameForAll } from './compare.ts';
import { someDocument, type Draft } from './documents.ts';
import { textOf } from './pieces.ts';
import { openRandom } from './random.ts';
import { readSchema } from './schema-text.ts';
import { readSettings } from './settings.ts';
import { shrink } from './shrink.ts';
import { serveSources, type Sources } from './sources.ts';
import { openStage, type Stage } from './stage.ts';
import { variablesOf } from './trial.ts';
import { makeTwin, sameRecords } from './twin.ts';
import { makeWorld, type Person, type World } from './world.ts';

const { seed, cases, only } = readSettings(5000);
const perWorld = 50;
/** Of these, with calls counted. */
const counted = 15;
const inFlight = 8;
const worldsPerCast = 50;

const text = readSchema();
const opened = new AsyncDisposableStack();
/** Two gateways, each with sources and a store of its own. */
let sides: readonly [Side, Side];
interface Side {
  readonly sources: Sources;
  readonly stage: Stage;
}

beforeAll(async () => {
  const open = async (): Promise<Side> => {
    const sources = opened.adopt(await serveSources(), (one) => one.stop());
    return { sources, stage: opened.adopt(await openStage({ sources: sources.url, deadline: '20s' }), (one) => one.stop()) };
  };
  sides = await Promise.all([open(), open()]);
}, 60_000);
afterAll(() => opened.disposeAsync());

/** Shows each side its world. The gateway's ids of those who are stored are the same in both, and follow from who she is. */
async function show(worlds: readonly [World, World]): Promise<(person: Person) => string> {
  const settled = await Promise.all(sides.map(async ({ sources, stage }, side) => {
    const world = worlds[side] ?? worlds[0];
    sources.show(world);
    const ids = await stage.settle(world);
    sources.taken();
    return [...ids].map(([{ number }, id]) => [number, id] as const);
  }));
  const byNumber = new Map(settled.flat());
  return ({ number }) => byNumber.get(number) ?? 'nobody';
}

/** Asks both sides; what is told apart. */
async function compare(asker: Asker, draft: Draft, countsCalls: boolean): Promise<string | undefined> {
  const [one, other] = await Promise.all(sides.map(async ({ stage, sources }) => {
    const reply = await stage.ask(asker, textOf(draft), variablesOf(draft));
    const calls = sources.taken().join('\n');
    return { ...reply, calls: countsCalls && sameForAll(draft) ? calls : '' };
  }));
  return one === undefined || other === undefined ? undefined : differenceOf(one, other);
}

/** Runs the pairs of one world and its twin; what it gives is the first that can be told apart. */
async function runWorld(index: number, cast: Cast, now: number): Promise<string | undefined> {
  const random = openRandom(`${seed} pair of worlds ${index}`);
  const world = makeWorld(random, { index, faulty: false, cast, strangers: false });
  const asker = askerOf(random.pick(cast.parts), random, world);
  const twin = makeTwin(random, { world, asker, text, now });
  const same = sameRecords(world, twin);
  const idOf = await show(random.chance(0.5) ? [world, twin] : [twin, world]);
  const ids = new Map(world.people.map((person) => [person, idOf(person)]));
  const run = async (number: number, countsCalls: boolean): Promise<string | undefined> => {
    const each = openRandom(`${seed} pair ${index}.${number}`);
    const theme = each.pick(cast.themes);
    const draft = someDocument(each, { schema: sides[0].stage.schema, text, theme, keys: { world, ids, byAddress: theme.has('contact') } });
    const first = await compare(asker, draft, countsCalls);
    return first && reportOf({ name: `${index}.${number}`, asker, draft, first }, (candidate) => compare(asker, candidate, countsCalls));
  };
  if (only !== undefined) return run(only.number, same);
  // Where calls are counted, one is asked after the other.
  for (let number = 0; number < counted; number += 1) {
    const report = await run(number, same);
    if (report !== undefined) return report;
  }
  const waiting = Array.from({ length: perWorld - counted }, (_, place) => counted + place).values();
  const reports = await Promise.all(Array.from({ length: inFlight }, async () => {
    for (const number of waiting) {
      const report = await run(number, false);
      if (report !== undefined) return report;
    }
    return undefined;
  }));
  return reports.find((report) => report !== undefined);
}

/** A pair that can be told apart, made smaller where it still can. */
async function reportOf(
  { name, asker, draft, first }: { readonly name: string; readonly asker: Asker; readonly draft: Draft; readonly first: string },
  again: (draft: Draft) => Promise<string | undefined>,
): Promise<string> {
  const small = await shrink(draft, async (candidate) => await again(candidate) !== undefined);
  const difference = await again(small) ?? `only when it was asked for the first time: ${first}`;
  return `LEAK_SEED=${seed} LEAK_CASE=${name}\n${JSON.stringify(asker)}\n${textOf(small)}\nvariables ${JSON.stringify(variablesOf(small))}\n${difference}`;
}

test(`what is denied makes no difference: ${cases} pairs of seed ${seed}`, async () => {
  const start = performance.now();
  const now = Date.now();
  const reports: string[] = [];
  let asked = 0;
  const worlds = only === undefined ? Array.from({ length: Math.ceil(cases / perWorld) }, (_, index) => index) : [only.world];
  for (const index of worlds) {
    const report = await runWorld(index, makeCast(`${seed} pairs`, Math.floor(index / worldsPerCast), now), now);
    asked += only === undefined ? perWorld : 1;
    if (report !== undefined) reports.push(report);
    if (reports.length >= 3) break;
  }
  process.stderr.write(`noninterference: seed ${seed}, ${asked} pairs, ${Math.round((performance.now() - start) / 1000)} s\n`);
  expect(reports.join('\n\n')).toBe('');
}, 1_200_000);
