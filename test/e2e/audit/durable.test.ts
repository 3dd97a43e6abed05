import { spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { serveFolder, writeDeployment } from '../../fixtures/gateway.ts';
import { makeTestIssuer } from '../../fixtures/tokens.ts';

/** Whether processes may be traced here. */
const needs = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0 ? undefined : 'strace';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

/** A system call, with the lines of the log on which it began and had ended. */
interface Call {
  readonly text: string;
  readonly began: number;
  readonly ended: number;
}

/** Calls of several threads, of which one may begin while another goes on. */
function callsIn(log: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { readonly text: string; readonly began: number }>();
  log.split('\n').forEach((line, at) => {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (text.endsWith('<unfinished ...>')) open.set(thread, { text, began: at });
    else if (text.startsWith('<... ')) calls.push({ ...open.get(thread) ?? { text, began: at }, ended: at });
    else calls.push({ text, began: at, ended: at });
  });
  return calls;
}

const title = 'an answer leaves only after the disk has its entry';
(needs === undefined ? test : test.skip)(needs === undefined ? title : `${title} (needs ${needs})`, async () => {
  const folder = await writeDeployment({ files: company.setup.files });
  const issuer = makeTestIssuer();
  await issuer.writeKeys(folder);
  const trace = join(folder, 'calls');
  const under = ['strace', '-f', '-y', '-s', '1000000', '-o', trace, '-e', 'trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg'];
  try {
    const served = await serveFolder({ folder, issuer, env: company.setup.env, under });
    const ids: string[] = [];
    for (let times = 0; times < 5; times += 1) {
      const { headers, errors } = await served.ask('{ customer(by: { number: "10001" }) { email } }');
      expect(errors).toEqual([]);
      ids.push(headers.get('x-request-id') ?? '');
    }
    await served.end('SIGTERM');
    const calls = callsIn(await readFile(trace, 'latin1'));
    for (const id of ids) {
      const written = calls.find(({ text }) => /^pwrite64\(\d+<[^>]*store\.sqlite-wal>/.test(text) && text.includes(`requestId\\":\\"${id}`));
      const answered = calls.find(({ text }) => /^(write|writev|sendto|sendmsg)\(\d+<(TCP|socket)/.test(text) && text.includes('HTTP/1.1 200') && text.includes(id));
      const synced = calls.find(({ text, began, ended }) => /^f(data)?sync\(\d+<[^>]*store\.sqlite-wal>/.test(text) && began > (written?.ended ?? Infinity) && ended < (answered?.began ?? -1));
      expect({ written: written !== undefined, synced: synced !== undefined, answered: answered !== undefined }).toEqual({ written: true, synced: true, answered: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
