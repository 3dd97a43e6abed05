import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askerOf } from './callers.ts';
import { makeCast, type Cast } from './cast.ts';
import { differenceOf, sameForAll } from './compare.ts';
import { someDocument } from './documents.ts';
import { textOf } from './pieces.ts';
import { openRandom } from './random.ts';
import { readSchema } from './schema-text.ts';
import { readSettings } from './settings.ts';
import { serveSources, type Sources } from './sources.ts';
import { openStage, type Stage } from './stage.ts';
import { variablesOf } from './trial.ts';
import { makeTwin } from './twin.ts';
import { makeWorld, type World } from './world.ts';

const { seed, cases, only } = readSettings(5000);
const perWorld = 50;
const worldsPerCast = 34;

const text = readSchema();
/** Two gateways, each with sources and a store of its own. */
let sides: readonly [Side, Side];
interface Side {
  readonly sources: Sources;
  readonly stage: Stage;
}

beforeAll(async () => {
  const open = async (): Promise<Side> => {
    const sources = await serveSources();
    return { sources, stage: await openStage({ sources: sources.url, deadline: '20s' }) };
  };
  sides = await Promise.all([open(), open()]);
}, 60_000);
afterAll(async () => {
  await Promise.all(sides.map(async ({ sources, stage }) => {
    await stage.stop();
    await sources.stop();
  }));
});

async function show(worlds: readonly [World, World]): Promise<Awaited<ReturnType<Stage['settle']>>> {
  const [ids] = await Promise.all(sides.map(async ({ sources, stage }, side) => {
    const world = worlds[side] ?? worlds[0];
    sources.show(world);
    const settled = await stage.settle(world);
    sources.taken();
    return settled;
  }));
  return ids ?? new Map();
}

/** Runs the pairs of one world and its twin; what it gives are the first that can be told apart. */
async function runWorld(index: number, cast: Cast, now: number): Promise<readonly string[]> {
  const random = openRandom(`${seed} pair of worlds ${index}`);
  const world = makeWorld(random, { index, faulty: false, cast, strangers: false });
  const asker = askerOf(random.pick(cast.parts), random, world);
  const twin = makeTwin(random, { world, asker, text, now });
  const ids = await show(random.chance(0.5) ? [world, twin] : [twin, world]);
  // Whoever is not there in the other world is asked for all the same.
  const known = new Map([...world.people].flatMap((person) => {
    const id = [...ids].find(([one]) => one.number === person.number)?.[1];
    return id === undefined ? [] : [[person, id] as const];
  }));
  const differences: string[] = [];
  for (let number = 0; number < perWorld && differences.length === 0; number += 1) {
    if (only !== undefined && number !== only.number) continue;
    const each = openRandom(`${seed} pair ${index}.${number}`);
    const theme = each.pick(cast.themes);
    const draft = someDocument(each, { schema: sides[0].stage.schema, text, theme, keys: { world, ids: known, byAddress: theme.has('contact') } });
    const [query, variables] = [textOf(draft), variablesOf(draft)];
    const [one, other] = await Promise.all(sides.map(({ stage }) => stage.ask(asker, query, variables)));
    const calls = sides.map(({ sources }) => sources.taken()).map((taken) => (sameForAll(draft) ? taken.join('\n') : ''));
    if (one === undefined || other === undefined) throw new Error('two sides answer');
    const difference = differenceOf({ ...one, calls: calls[0] ?? '' }, { ...other, calls: calls[1] ?? '' });
    if (difference === undefined) continue;
    differences.push(`LEAK_SEED=${seed} LEAK_CASE=${index}.${number}\n${JSON.stringify(asker)}\n${query}\nvariables ${JSON.stringify(variables)}\n${difference}`);
  }
  return differences;
}

test(`what is denied makes no difference: ${cases} pairs of seed ${seed}`, async () => {
  const start = performance.now();
  const now = Date.now();
  const reports: string[] = [];
  const worlds = only === undefined ? Array.from({ length: Math.ceil(cases / perWorld) }, (_, index) => index) : [only.world];
  for (const index of worlds) {
    reports.push(...await runWorld(index, makeCast(openRandom(`${seed} cast of pairs ${Math.floor(index / worldsPerCast)}`), now), now));
    if (reports.length >= 3) break;
  }
  process.stderr.write(`noninterference: seed ${seed}, ${worlds.length * perWorld} pairs, ${Math.round((performance.now() - start) / 1000)} s\n`);
  expect(reports.join('\n\n')).toBe('');
}, 1_200_000);
