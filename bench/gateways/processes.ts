import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program that runs pinned to one core. */
export interface Pinned {
  readonly pid: number;
  /** What it said through its IPC channel first. */
  readonly told: unknown;
  /** Says something to it, and resolves with its next word. */
  ask(message: object): Promise<unknown>;
  tell(message: object): void;
  /** Ends it; resolves when it is gone. Twice is safe. */
  end(): Promise<void>;
}

const followParent = fileURLToPath(new URL('../../sample/follow-parent.ts', import.meta.url));

/** Starts a script of Node's on one core, and waits until it says that it is ready. It ends with its parent. */
export async function startPinned({ core, script, args = [], environment = {} }: {
  readonly core: number;
  readonly script: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<Pinned> {
  const child = spawn('taskset', ['-c', String(core), process.execPath, '--import', followParent, script, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void (errors = (errors + text).slice(-4000)));
  const gone = once(child, 'exit');
  const word = (): Promise<unknown> => new Promise((resolve, reject) => {
    child.once('message', resolve);
    void gone.then(([code]) => reject(new Error(`${script} ended with ${String(code)}:\n${errors}`)), reject);
  });
  const told = await word();
  return {
    pid: child.pid ?? NaN,
    told,
    async ask(message) {
      const answer = word();
      child.send(message);
      return answer;
    },
    tell: (message) => void child.send(message),
    async end() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await gone;
    },
  };
}
