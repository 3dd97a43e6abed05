import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { serveFolder, writeDeployment, type ServedFolder } from '../../fixtures/gateway.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../../fixtures/mongodb-server.ts';
import { makeTestIssuer } from '../../fixtures/tokens.ts';
import { commandLineOf, figuresOf } from '../cli/command-line.ts';
import { readTrail } from './read-trail.ts';

const rounds = 50;
/** Who asks at the same time, and how many answers there are before the process is killed. */
const clients = 8;
const answersPerRound = 24;

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

/** Asks without a pause until the gateway is gone, which `fetch` tells with a cause; each whole answer is noted. */
async function askUntilGone(served: ServedFolder, answered: (requestId: string) => void): Promise<void> {
  for (let at = 0; ; at += 1) {
    try {
      const { status, headers } = await served.ask('query ($number: String) { customer(by: { number: $number }) { id email billing { balance } } }', { variables: { number: String(10_001 + (at % 40)) } });
      expect(status).toBe(200);
      answered(headers.get('x-request-id') ?? '');
    } catch (error) {
      if ((error as { readonly cause?: unknown }).cause !== undefined) return;
      throw error;
    }
  }
}

/** Lets one process after the other serve a store and be killed in the middle of its work. Gives the requests that were answered. */
async function killAgainAndAgain(folder: string): Promise<readonly string[]> {
  const issuer = makeTestIssuer();
  await issuer.writeKeys(folder);
  const all: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const served = await serveFolder({ folder, issuer, env: company.setup.env });
    const enough = Promise.withResolvers<undefined>();
    let left = answersPerRound;
    const answered = (requestId: string): void => {
      all.push(requestId);
      if ((left -= 1) === 0) enough.resolve(undefined);
    };
    const asking = Promise.all(Array.from({ length: clients }, () => askUntilGone(served, answered)));
    await Promise.race([enough.promise, asking]);
    await served.end('SIGKILL');
    await asking;
  }
  return all;
}

async function everyAnswerIsOnRecord(files: Readonly<Record<string, string>>): Promise<void> {
  const folder = await writeDeployment({ files: { ...company.setup.files, ...files } });
  try {
    const answered = await killAgainAndAgain(folder);
    expect(answered.length).toBeGreaterThanOrEqual(rounds * answersPerRound);
    const line = commandLineOf(folder);
    const entries = await readTrail(line);
    const recorded = new Set(entries.flatMap(({ entry }) => (entry?.kind === 'disclosure' ? [entry.requestId] : [])));
    expect(answered.filter((id) => !recorded.has(id))).toEqual([]);
    const verified = await line.run('audit', 'verify', '--json');
    expect(verified).toMatchObject({ code: 0, err: '' });
    // Nobody could close a chain but the command that read the trail.
    expect(figuresOf(verified)).toMatchObject({ chains: rounds + 1, open: rounds, findings: [], checkpoints: expect.any(Number) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test(`every answer that left a process is on record, however it was killed, ${rounds} times: SQLite`, () => everyAnswerIsOnRecord({}), 600_000);

const needs = mongodbNeeds === undefined ? '' : ` (needs ${mongodbNeeds})`;
(mongodbNeeds === undefined ? describe : describe.skip)(`MongoDB${needs}`, () => {
  let server: MongodbServer;
  beforeAll(async () => {
    server = await startMongodb();
  }, 60_000);
  afterAll(() => server.stop());

  test(`every answer that left a process is on record, however it was killed, ${rounds} times`, async () => {
    const url = server.url.replace(/\/?\?/, `/${server.database}?`);
    await everyAnswerIsOnRecord({ 'customer360.yaml': (company.setup.files['customer360.yaml'] ?? '').replace(/sqlite: .*/, `mongodb: "${url}"`) });
  }, 600_000);
});
