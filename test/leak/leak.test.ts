import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inStore } from '../fixtures/company.ts';
import { askerOf } from './callers.ts';
import { makeCast } from './cast.ts';
import { someDocument } from './documents.ts';
import { judge, type Case } from './oracle.ts';
import { textOf } from './pieces.ts';
import { openRandom } from './random.ts';
import { openStage, type Stage } from './runner.ts';
import { openMarkers } from './scan.ts';
import { readSchema } from './schema-text.ts';
import { serveSources, type Sources } from './sources.ts';
import { makeWorld } from './world.ts';

const seed = process.env['LEAK_SEED'] ?? String(randomInt(2 ** 31));
const cases = Number(process.env['LEAK_CASES'] ?? 2000);
const perWorld = 500;
const inFlight = 12;
let sources: Sources;
let stage: Stage;

beforeAll(async () => {
  sources = await serveSources();
  stage = await openStage({ sources: sources.url, deadline: '20s', newId: () => crypto.randomUUID() });
}, 60_000);
afterAll(async () => {
  await stage.stop();
  await sources.stop();
});

test('nobody is told what is not for them', async () => {
  const markers = openMarkers();
  const text = readSchema();
  const now = Date.now();
  const failures: unknown[] = [];
  let [owed, told] = [0, 0];
  const started = performance.now();
  for (let index = 0; index * perWorld < cases; index += 1) {
    const cast = makeCast(openRandom(`${seed} cast ${Math.floor(index / 8)}`), now);
    const world = makeWorld(openRandom(`${seed} world ${index}`), { index, faulty: false, cast });
    markers.add(world);
    const ids = await stage.settle(world);
    sources.show(world);
    let next = 0;
    const one = async (number: number): Promise<void> => {
      const random = openRandom(`${seed} case ${index} ${number}`);
      const asker = askerOf(random.pick(cast.parts), random, world);
      const theme = random.pick(cast.themes);
      const draft = someDocument(random, { schema: stage.schema, text, theme, keys: { world, ids, byAddress: theme.has('contact') } });
      const asked: Case = { world, ids, asker, draft, now };
      const verdict = judge(asked, text, stage.schema);
      const query = textOf(draft);
      const variables = Object.fromEntries([...draft.variables].map(([name, { value }]) => [name, value]));
      const reply = await stage.ask(asker, query, variables);
      const found = [
        ...markers.strange(reply.body, 'body', verdict.allowed),
        ...markers.strange(JSON.stringify(reply.headers), 'headers', verdict.allowed),
      ];
      const missing = [...verdict.owed].filter((token) => !reply.body.replaceAll('.', '').includes(token));
      owed += verdict.owed.size;
      told += verdict.allowed.size;
      if (found.length > 0 || missing.length > 0 || reply.status >= 400 && !reply.body.includes('PURPOSE')) failures.push({ case: `${index} ${number}`, asker, query, variables, found, missing, status: reply.status, body: reply.body });
    };
    await Promise.all(Array.from({ length: inFlight }, async () => {
      while (next < Math.min(perWorld, cases - index * perWorld)) await one(next++);
    }));
  }
  const log = markers.strange(stage.gateway.log(), 'log', new Set());
  const audit = markers.strange(JSON.stringify([inStore(stage.gateway, 'SELECT * FROM audit_intent'), inStore(stage.gateway, 'SELECT * FROM audit_outcome')]), 'audit', new Set());
  process.stderr.write(`seed ${seed}: ${cases} cases, ${markers.size()} markers, ${owed} owed, ${told} allowed in ${Math.round(performance.now() - started)} ms\n`);
  process.stderr.write(`${failures.length} failures ${JSON.stringify(failures.slice(0, 3), null, 1)} ${JSON.stringify([log.slice(0, 3), audit.slice(0, 3)])}\n`);
  expect(failures.length + log.length + audit.length).toBe(0);
}, 900_000);
