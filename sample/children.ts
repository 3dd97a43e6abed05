import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process that must run as long as its parent does. */
export interface Child {
  readonly name: string;
  /** What it says through its IPC channel first. */
  readonly firstMessage: Promise<unknown>;
  /** Resolves when it is gone, with a line about how it ended. */
  readonly gone: Promise<string>;
  /** Asks it to end, and ends it after five seconds; resolves when it is gone. Twice is safe. */
  end(): Promise<void>;
}

const patience = 5_000;
/** Lines of a crash that say nothing of its cause. */
const noise = /^(\s|$|}|Node\.js v|node:internal)/;
const followParent = fileURLToPath(new URL('./follow-parent.ts', import.meta.url));

/**
 * Starts a script as a child process. What it prints goes to `stdout` and `stderr`.
 *
 * It has a process group of its own, so that Ctrl-C in a terminal reaches the parent alone, which ends its children in order. It
 * follows its parent even when that is killed: `follow-parent.ts` sees to it, whatever the script does.
 */
export function startChild(options: {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}): Child {
  const { name, script, args, cwd, environment, stdout, stderr } = options;
  const child = fork(script, args, {
    cwd,
    env: { ...environment },
    execArgv: ['--import', followParent],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let lastWords = '';
  const listen = (text: string): void => {
    stderr(text);
    lastWords = text.split('\n').findLast((line) => !noise.test(line)) ?? lastWords;
  };
  child.stdout?.setEncoding('utf8').on('data', stdout);
  child.stderr?.setEncoding('utf8').on('data', listen);

  const { promise: gone, resolve } = Promise.withResolvers<string>();
  child.once('error', (error) => resolve(`${name} cannot be started: ${error.message}`));
  child.once('close', (code, signal) => {
    const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
    resolve(`${name} ended unexpectedly (${how})${lastWords === '' ? '' : `: ${lastWords.slice(0, 300)}`}`);
  });
  return {
    name,
    firstMessage: new Promise((told) => child.once('message', told)),
    gone,
    end: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patience);
      await gone;
      clearTimeout(timer);
    },
  };
}
