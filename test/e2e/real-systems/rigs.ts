import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const folder = process.env['RIGS_DIR'] ?? join(import.meta.dirname, '../../../../shared/rigs');
const deskPid = join(process.env['RIGS_STATE'] ?? join(tmpdir(), 'c360-rigs'), 'request-tracker/pid');

/** Request Tracker 5, as its rig's `up.sh` and `seed.sh` leave it. */
export const desk = { url: `http://127.0.0.1:${process.env['RT_PORT'] ?? '18081'}`, user: 'svc-gateway', password: 'svc-gateway-pw' };

/** PostgreSQL with the legacy ERP, as its rig's `up.sh` and `seed.sh` leave it. */
export const erp = { url: `postgres://gateway_ro:gateway-ro-pw@127.0.0.1:${process.env['LEGACY_PORT'] ?? '18087'}/erp` };

/** One of the people that the rigs' systems know, each in its own way. */
export interface RigPerson {
  /** The customer number in the CRM. */
  readonly key: string;
  readonly n: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string;
  readonly company: string;
  readonly jobTitle: string;
  readonly language: string;
  readonly variation: { readonly system: string; readonly kind: string } | null;
  /** The CRM stands where the rigs have Tryton. */
  readonly seenAs: Readonly<Record<'tryton' | 'rt' | 'legacy', { readonly name: string; readonly email: string }>>;
}

export function readRigPeople(): readonly RigPerson[] {
  return JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8')) as readonly RigPerson[];
}

/** What is missing to run against the real systems; undefined when they are there and seeded. */
export async function missingRigs(): Promise<string | undefined> {
  const missing = [
    existsSync(join(folder, 'people.json')) ? [] : ['RIGS_DIR, the folder of the rigs'],
    existsSync(deskPid) && (await deskAnswers()) ? [] : ['the rig request-tracker, up and seeded'],
    (await erpAnswers()) ? [] : ['the rig legacy-sql, up and seeded'],
  ].flat();
  return missing.length === 0 ? undefined : missing.join(', ');
}

async function deskAnswers(): Promise<boolean> {
  const form = new URLSearchParams({ user: desk.user, pass: desk.password });
  try {
    const answer = await fetch(`${desk.url}/NoAuth/Login.html`, { method: 'POST', body: form, redirect: 'manual', signal: AbortSignal.timeout(20_000) });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) return false;
    const tickets = await fetch(`${desk.url}/REST/2.0/tickets?query=id%3E0&per_page=1`, { headers: { cookie }, signal: AbortSignal.timeout(20_000) });
    return tickets.ok && ((await tickets.json()) as { readonly total: number }).total > 0;
  } catch {
    return false;
  }
}

async function erpAnswers(): Promise<boolean> {
  const client = new pg.Client({ connectionString: erp.url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return (await client.query('select 1 from rechnung limit 1')).rowCount === 1;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

/** Holds Request Tracker's processes, which then take requests and answer none, until the given work is done. */
export async function whileDeskHangs<Result>(work: () => Promise<Result>): Promise<Result> {
  const group = Number(readFileSync(deskPid, 'utf8'));
  if (!Number.isSafeInteger(group) || group < 2) throw new Error('the rig request-tracker has left no process group');
  process.kill(-group, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(-group, 'SIGCONT');
  }
}
