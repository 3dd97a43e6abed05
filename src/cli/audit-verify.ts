import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Finding } from '../audit/findings.ts';
import { openAuditKeys } from '../audit/keys.ts';
import { verifyTrail } from '../audit/verify-trail.ts';
import type { Config } from '../config/load-config.ts';
import { readCheckpoints, type CheckpointFile } from './audit/read-checkpoints.ts';
import { wrongCommandLine } from './command-error.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { paint, printSummary } from './print.ts';
import { showProgress } from './progress.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';

interface Options extends Common {
  /** False with `--no-checkpoints`. */
  readonly checkpoints?: readonly string[] | false;
}

/** `audit verify`: whether the trail is as it was written. */
export function addAuditVerify(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('verify')))
    .description('prove that the audit trail is as it was written; a gateway may be serving meanwhile')
    .option('--checkpoints <file...>', "files of checkpoints, one a line; the deployment's own file by default")
    .option('--no-checkpoints', 'without checkpoints; then what was cut off at the end of a chain is not missed')
    .addHelpText('after', `
What was found is edited, deleted, truncated, reordered, emptied, rewritten (by somebody who has the key) or unproven (its key is not configured).

Exit codes: 0 as it was written, 1 failed, 2 the command line is wrong, 4 it is not as it was written.`)
    .action((options: Options) => verify(options, tools));
}

async function verify(options: Options, { load, stdout, stderr, exitWith }: Tools): Promise<void> {
  const config = await load(options.config);
  const keys = openAuditKeys(config.gateway.audit.keys);
  // Before the trail, which goes at least as far as they say.
  const checkpoints = await readCheckpoints(filesOf(options, config), keys);
  const progress = showProgress(stderr, 'entries', Date.now);
  const verification = await useStore({ settings: config.store, mustExist: true }, ({ audit: log, auditByCustomer: byCustomer }) =>
    verifyTrail({ log, byCustomer, keys, bound: checkpoints.bound, onPart: (done) => progress.step(done) }),
  ).finally(progress.end);
  const { findings, ...figures } = verification;
  const good = findings.length === 0 && checkpoints.faults.length === 0;
  const facts = { ...figures, checkpoints: checkpoints.count, findings: findings.length + checkpoints.faults.length };
  if (options.json) stdout.write(`${JSON.stringify({ ...facts, findings, checkpointFaults: checkpoints.faults })}\n`);
  else {
    const unbound = checkpoints.bound.length === 0 ? ', but for what may be cut off at the ends of chains: no checkpoint binds them' : '';
    printSummary(stdout, { title: good ? `the audit trail is as it was written${unbound}` : 'the audit trail is not as it was written', good: good && unbound === '', facts }, false);
    for (const line of [...findings.map(describe), ...checkpoints.faults]) stdout.write(`${paint(stdout, 'red', line)}\n`);
  }
  if (!good) exitWith(4);
}

function filesOf({ checkpoints }: Options, { gateway, folder }: Config): readonly CheckpointFile[] {
  if (checkpoints === false) return [];
  if (checkpoints !== undefined) return checkpoints.map((file) => ({ file, isOwn: false }));
  const { file } = gateway.audit.checkpoints;
  if (file === undefined) throw wrongCommandLine("--checkpoints: the deployment sends them to an address; expected the files of what that has taken, or --no-checkpoints");
  return [{ file: resolve(folder, file), isOwn: true }];
}

function describe({ kind, chain, from, to, detail }: Finding): string {
  return `${kind}: chain ${chain}, ${from === to ? `entry ${from}` : `entries ${from} to ${to}`}: ${detail}`;
}
