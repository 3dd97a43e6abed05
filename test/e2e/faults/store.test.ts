import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';
import { mongodbNeeds, startMongodb, type MongodbRelay, type MongodbServer } from '../../fixtures/mongodb-server.ts';
import { readTrail } from '../audit/read-trail.ts';
import { commandLineOf, figuresOf } from '../cli/command-line.ts';

/** A disk of its own, of so many bytes; undefined where this user may mount none. */
function mountDisk(bytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'customer360-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = mountDisk(6 * 1024 * 1024);
const withDisk = disk === undefined ? describe.skip : describe;
const withMongodb = mongodbNeeds === undefined ? describe : describe.skip;

/** Nothing is told, in a way that clients can go by. */
const unavailable = { status: 503, code: 'STORE_UNAVAILABLE', retryAfter: '1', data: undefined };
const toldBy = ({ status, headers, data, errors }: Answered): unknown => ({ status, code: errors[0]?.extensions['code'], retryAfter: headers.get('retry-after'), data: data as unknown });

const about = (company: TestCompany, at: number): Promise<Answered> => company.gateway.ask('query ($number: String) { customer(by: { number: $number }) { id email billing { balance } } }', {
  variables: { number: String(10_001 + (at % 40)) },
});

/** Asks until the answer is a good one; the gateway itself is left alone. */
async function untilWell(company: TestCompany): Promise<Answered> {
  let answered = await about(company, 0);
  for (const giveUp = performance.now() + 20_000; answered.status !== 200 && performance.now() < giveUp;) answered = await about(company, 0);
  return answered;
}

async function readiness({ gateway }: TestCompany): Promise<{ readonly status: number; readonly checks: Readonly<Record<string, string>> }> {
  const response = await fetch(`${gateway.url}/health/ready`);
  const { checks } = await response.json() as { readonly checks: Readonly<Record<string, string>> };
  return { status: response.status, checks };
}

withDisk(disk === undefined ? 'a full disk (needs the right to mount a tmpfs)' : 'a full disk', () => {
  let company: TestCompany;
  const store = join(disk ?? '', 'store.sqlite');
  const filler = join(disk ?? '', 'filler');
  beforeAll(async () => {
    company = await startCompany({ env: { STORE_FILE: store } });
  }, 30_000);
  afterAll(async () => {
    await company.stop();
    if (disk === undefined) return;
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  test('ends all answers with a clear code, loses nothing that was acknowledged, and is over by itself', async () => {
    const answered: string[] = [];
    const ask = async (at: number): Promise<Answered> => {
      const answer = await about(company, at);
      if (answer.status === 200) answered.push(answer.headers.get('x-request-id') ?? '');
      return answer;
    };
    const { data } = await ask(0);
    const { id } = (data as { readonly customer: { readonly id: string } }).customer;
    const withdrawn = await company.gateway.ask(
      'mutation ($customer: ID!) { withdrawConsent(input: { customer: $customer, purpose: "marketing.email", method: PHONE, evidence: "before" }) { recordedAt } }',
      { variables: { customer: id } },
    );

    expect(withdrawn.errors).toEqual([]);

    await expect(fill(filler)).rejects.toMatchObject({ code: 'ENOSPC' });
    // What is set aside already is used up first.
    let told = await ask(0);
    for (let at = 1; at < 2000 && told.status === 200; at += 1) told = await ask(at);
    expect(toldBy(told)).toEqual(unavailable);
    // And it stays so, for whoever asks.
    expect((await Promise.all([1, 2, 3].map((at) => ask(at)))).map(toldBy)).toEqual([unavailable, unavailable, unavailable]);
    expect(await readiness(company)).toMatchObject({ status: 503, checks: { store: 'ok', audit: 'unavailable' } });

    await rm(filler);
    expect((await untilWell(company)).errors).toEqual([]);
    // An answer to the question holds for a moment.
    let said = await readiness(company);
    while (said.status !== 200) said = await readiness(company);
    expect(said.checks).toMatchObject({ store: 'ok', audit: 'ok' });
    const line = commandLineOf(company.gateway.folder, { STORE_FILE: store, SAMPLE_KEYS: company.gateway.folder });
    const recorded = new Set((await readTrail(line)).flatMap(({ entry }) => (entry?.kind === 'disclosure' ? [entry.requestId] : [])));
    expect(answered.filter((one) => !recorded.has(one))).toEqual([]);
    const verified = await line.run('audit', 'verify', '--json');
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(figuresOf(verified)).toMatchObject({ findings: [] });
    const kept = await company.gateway.ask('query ($id: ID) { customer(by: { id: $id }) { consents { purpose status source } } }', { variables: { id } });
    expect(kept).toMatchObject({ errors: [] });
    expect((kept.data as { readonly customer: { readonly consents: unknown } }).customer.consents).toContainEqual({ purpose: 'marketing.email', status: 'WITHDRAWN', source: 'gateway' });
  }, 120_000);
});

async function fill(path: string): Promise<void> {
  for (let size = 64 * 1024; ; ) {
    try {
      await appendFile(path, Buffer.alloc(size));
    } catch (error) {
      // To the last page.
      if (size <= 1) throw error;
      size = Math.floor(size / 2);
    }
  }
}

describe('a store that somebody else writes to', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace(/requestDeadline: .*/, 'requestDeadline: 2s') } });
  }, 30_000);
  afterAll(() => company.stop());

  test('is waited for no longer than a request may take, though its own limit is longer', async () => {
    // Her links are in the store then, so that all that is left to write is the trail.
    while ((await about(company, 0)).errors.length > 0);
    // What the gateway writes at the moment is waited for.
    const other = new DatabaseSync(join(company.gateway.folder, 'store.sqlite'), { timeout: 10_000 });
    other.exec('BEGIN IMMEDIATE');
    try {
      expect(toldBy(await about(company, 0))).toEqual(unavailable);
      // The words of an error are not in the log, but who made it is.
      await company.gateway.logged('store-waits.ts');
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    expect((await untilWell(company)).status).toBe(200);
  });
});

withMongodb(mongodbNeeds === undefined ? 'a store whose server is gone' : `a store whose server is gone (needs ${mongodbNeeds})`, () => {
  let server: MongodbServer;
  let relay: MongodbRelay;
  let company: TestCompany;
  beforeAll(async () => {
    server = await startMongodb();
    relay = await server.relay();
    const url = relay.url.replace(/\/?\?/, `/${server.database}?`);
    company = await startCompany({ edit: { 'customer360.yaml': (text) => text.replace(/sqlite: .*/, `mongodb: { url: "${url}", timeout: 2s }`) } });
  }, 60_000);
  afterAll(async () => {
    await company.stop();
    await relay.stop();
    await server.stop();
  });

  test('ends all answers with a clear code before any source is asked, and is over by itself when it is back', async () => {
    expect((await about(company, 0)).errors).toEqual([]);
    const port = Number(new URL(relay.url.replace('mongodb:', 'http:')).port);
    await relay.stop();
    const calls = await callsDuring(company, async () => {
      expect((await Promise.all([0, 1, 2].map((at) => about(company, at)))).map(toldBy)).toEqual([unavailable, unavailable, unavailable]);
    });
    expect(calls).toEqual({});
    expect((await fetch(`${company.gateway.url}/health/ready`)).status).toBe(503);
    relay = await server.relay({ port });
    expect((await untilWell(company)).errors).toEqual([]);
  }, 60_000);

  test('ends what has asked its sources already, when it can no longer be put on record', async () => {
    // From here on the trail is not written, and all else of the store is there.
    relay.answer(undefined, 'insert');
    expect(toldBy(await about(company, 0))).toEqual(unavailable);
    relay.answer(undefined, 'nothing');
    expect((await untilWell(company)).errors).toEqual([]);
  }, 60_000);
});
