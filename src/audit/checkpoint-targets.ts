import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CheckpointTargetKind } from './checkpoint-events.ts';
import type { AuditSettings } from './settings.ts';

/** Where signed checkpoints go. Fulfilled once one is there for good. */
export interface CheckpointTarget {
  readonly kind: CheckpointTargetKind;
  readonly name: string;
  readonly send: (checkpoint: string) => Promise<void>;
}

/** Milliseconds in which an address has taken a checkpoint, or has not. */
const patience = 10_000;

/** The targets that a deployment names. */
export function checkpointTargets({ file, url, bearer }: AuditSettings['checkpoints'], deps: {
  /** Where relative file names start. */
  readonly folder: string;
  readonly fetch: typeof fetch;
}): readonly CheckpointTarget[] {
  return [
    ...(file === undefined ? [] : [{ kind: 'file' as const, name: file, send: (line: string) => addLine(resolve(deps.folder, file), line) }]),
    ...(url === undefined ? [] : [{
      kind: 'url' as const,
      name: url.host,
      async send(body: string) {
        const headers = { 'content-type': 'application/jose', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer.reveal()}` }) };
        const response = await deps.fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: AbortSignal.timeout(patience) });
        await response.body?.cancel();
        if (!response.ok) throw new Error(`answered ${response.status}`);
      },
    }]),
  ];
}

async function addLine(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}
