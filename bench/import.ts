import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { writeDeployment } from '../test/fixtures/gateway.ts';

/**
 * How fast `customer360 link import` stores what is known: rows of four columns, the keys of three of which come in no order,
 * from a file into an empty store. The baseline stores the same names with plain INSERTs into the same tables, settings and
 * transactions of the same size, and neither reads a file nor checks anything.
 *
 * Then how fast `customer360 consent import` stores as many records of customers whom nobody has met, two names each.
 *
 *     node bench/import.ts [ROWS]
 */

const rows = Number(process.argv[2] ?? 1_000_000);
if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`expected a number of rows, got ${process.argv[2] ?? ''}`);
const batch = 25_000;
const sources = ['number', 'crm', 'billing', 'support'] as const;

/** Values that lie all over the alphabet, each once. */
const scattered = (at: number): string => ((BigInt(at) * 11_400_714_819_323_198_485n) % 18_446_744_073_709_551_616n).toString(36);
const rowOf = (at: number): readonly string[] => [String(10_000 + at), scattered(at), `cus_${scattered(at * 7 + 3)}`, `req-${scattered(at * 13 + 5)}`];

const consentColumns = ['number', 'crm', 'purpose', 'status', 'notice', 'noticeVersion', 'method', 'source', 'collectedAt'] as const;
const consentOf = (at: number): readonly string[] => [
  ...rowOf(at).slice(0, 2), 'marketing.email', at % 5 === 0 ? 'WITHDRAWN' : 'GRANTED', 'newsletter', '3', 'WEB_FORM', 'webshop', new Date(1_700_000_000_000 + 1000 * at).toISOString(),
];

function* csv(header: readonly string[], cellsOf: (at: number) => readonly string[]): Generator<string> {
  yield `${header.join(',')}\n`;
  for (let from = 0; from < rows; from += batch) {
    yield Array.from({ length: Math.min(batch, rows - from) }, (_, at) => `${cellsOf(from + at).join(',')}\n`).join('');
  }
}

/** The seconds that plain INSERTs take. */
async function plainInserts(path: string): Promise<number> {
  await openSqliteStore({ path, clock: Date.now, newId: randomUUID }).close();
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true });
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -524288; PRAGMA wal_autocheckpoint = 131072');
  const mint = db.prepare('INSERT INTO customer (id, created_at) VALUES (?, ?)');
  const link = db.prepare(`
    INSERT INTO link (namespace, value, customer, method, verified, first_seen_at, last_seen_at, evidence, actor)
    VALUES (?, ?, ?, 'IMPORTED', 1, ?, ?, 'known.csv', 'bench')`);
  const now = Date.now();
  const startedAt = performance.now();
  for (let from = 0; from < rows; from += batch) {
    db.exec('BEGIN IMMEDIATE');
    for (let at = from; at < Math.min(rows, from + batch); at += 1) {
      const id = randomUUID();
      mint.run(id, now);
      for (const [index, value] of rowOf(at).entries()) link.run(sources[index] ?? '', value, id, now, now);
    }
    db.exec('COMMIT');
  }
  db.close();
  return (performance.now() - startedAt) / 1000;
}

/** The seconds that a command takes into an empty store, its start included. `expected` are figures that it has to tell. */
async function imported(folder: string, { what, file, expected }: { readonly what: 'link' | 'consent'; readonly file: string; readonly expected: Readonly<Record<string, number>> }): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts'), what, 'import', file, '--config', folder, '--actor', 'bench', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'], STORE_FILE: join(folder, `${what}.sqlite`), CURSOR_KEY: 'k'.repeat(32), PAIRWISE_KEY: 'p'.repeat(32), AUDIT_KEY: 'a'.repeat(32), TOKEN_KEY_SECRET: 't'.repeat(32), SAMPLE_KEYS: '.',
      CRM_URL: 'http://127.0.0.1:9', CRM_TOKEN: 'x', BILLING_URL: 'http://127.0.0.1:9', BILLING_KEY: 'x', SUPPORT_URL: 'http://127.0.0.1:9', SUPPORT_TOKEN: 'x',
    },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  const [code] = (await once(child, 'close')) as (number | null)[];
  const told = (code === 0 ? JSON.parse(out) : {}) as Readonly<Record<string, unknown>>;
  if (Object.entries(expected).some(([name, figure]) => told[name] !== figure)) throw new Error(`the import ended with ${String(code)}: ${out}`);
  return (performance.now() - startedAt) / 1000;
}

const folder = await writeDeployment({});
const work = await mkdtemp(join(tmpdir(), 'customer360-bench-'));
try {
  const [known, consents] = [join(work, 'known.csv'), join(work, 'consents.csv')];
  await pipeline(Readable.from(csv(sources, rowOf)), createWriteStream(known));
  await pipeline(Readable.from(csv(consentColumns, consentOf)), createWriteStream(consents));
  const baseline = await plainInserts(join(work, 'plain.sqlite'));
  const links = await imported(folder, { what: 'link', file: known, expected: { newCustomers: rows, newLinks: 4 * rows } });
  const records = await imported(folder, { what: 'consent', file: consents, expected: { newCustomers: rows, newLinks: 2 * rows, newRecords: rows } });
  const told = (name: string, seconds: number): void => console.log(`${name.padEnd(15)} ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s`);
  told('plain INSERTs:', baseline);
  told('link import:', links);
  told('consent import:', records);
  console.log(`ratio:          link import ${(links / baseline).toFixed(2)} of the baseline's time, ${rows} rows of ${sources.length} names; consent import ${(records / links).toFixed(2)} of link import's`);
} finally {
  await Promise.all([folder, work].map((path) => rm(path, { recursive: true, force: true })));
}
