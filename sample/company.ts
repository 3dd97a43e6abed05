import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startChild, type Child } from './children.ts';
import type { SampleKeys } from './keys.ts';

/** What the sample company runs on. */
export interface CompanyOptions {
  /** The project's folder, which the children run in. */
  readonly root: string;
  readonly gateway: { readonly script: string; readonly args: readonly string[] };
  readonly port: number;
  readonly keys: SampleKeys;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the children's own words go. */
  readonly output: (text: string) => void;
  /** Milliseconds until everything must be ready. */
  readonly timeToStart: number;
  /** Ends the company. */
  readonly signal: AbortSignal;
  /** Called once, when the gateway answers, with its address and the variables that it was given. */
  readonly onReady: (url: string, variables: Readonly<Record<string, string>>) => void;
}

type Variables = Readonly<Record<string, string>>;
type Script = Pick<Parameters<typeof startChild>[0], 'name' | 'script' | 'args' | 'stdout'>;

/** The company cannot run, or cannot run on; the message is a line for whoever started it. */
export class CompanyError extends Error {}

/**
 * Runs the three systems and the gateway until the signal, and then resolves. Rejects with a `CompanyError` when one of them cannot
 * start, dies, or is not ready in time. Either way no child is left.
 */
export async function runCompany(options: CompanyOptions): Promise<void> {
  const { root, keys, port, environment, output, signal } = options;
  // Node keeps what it has compiled there, so that the second start takes half the time of the first.
  const surroundings = { NODE_COMPILE_CACHE: join(keys.folder, 'compiled'), ...environment };
  const children: Child[] = [];
  const over = new AbortController();
  const death = Promise.withResolvers<never>();
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
  });

  let missing = 'the sample systems do not say where they listen';
  const late = setTimeout(
    () => death.reject(new CompanyError(`not ready after ${options.timeToStart / 1000} seconds: ${missing}`)),
    options.timeToStart,
  );

  function start(process: Script, variables: Variables): Child {
    // What starts after the end would never be ended.
    over.signal.throwIfAborted();
    const child = startChild({ ...process, cwd: root, environment: { ...surroundings, ...variables }, stderr: output });
    void child.gone.then((how) => death.reject(new CompanyError(how)));
    children.push(child);
    return child;
  }

  async function system(name: string, variables: Variables): Promise<string> {
    const script = join(import.meta.dirname, `${name}.ts`);
    const child = start({ name: `the sample ${name}`, script, args: ['--port', '0'], stdout: () => undefined }, variables);
    return urlIn(await child.firstMessage);
  }

  async function run(): Promise<void> {
    await mustBeFree(port);
    const credentials = { CRM_TOKEN: keys.crmToken, BILLING_KEY: keys.billingKey, SUPPORT_TOKEN: keys.supportToken };
    const [crm, billing, support] = await Promise.all([
      system('crm', { CRM_TOKEN: keys.crmToken }),
      system('billing', { BILLING_KEY: keys.billingKey }),
      system('support', { SUPPORT_TOKEN: keys.supportToken }),
    ]);
    const addresses = { CRM_URL: crm, BILLING_URL: billing, SUPPORT_URL: support, PORT: String(port) };
    const secrets = { ...credentials, CURSOR_KEY: keys.cursorKey, PAIRWISE_KEY: keys.pairwiseKey, AUDIT_KEY: keys.auditKey, TOKEN_KEY_SECRET: keys.tokenKeySecret, SAMPLE_KEYS: keys.folder };
    const variables = { ...addresses, ...secrets };
    start({ name: 'the gateway', ...options.gateway, stdout: output }, variables);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, over.signal, (answer) => {
      missing = `GET /health/ready of the gateway says ${answer}`;
    });
    clearTimeout(late);
    options.onReady(url, variables);
    await stopped;
  }

  try {
    await Promise.race([stopped, death.promise, run()]);
  } finally {
    clearTimeout(late);
    over.abort();
    // The gateway, which was last to start, ends first: it may still be answering from the systems.
    for (const child of children.toReversed()) await child.end();
  }
}

async function mustBeFree(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const probe = createServer();
  probe.once('error', (error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE';
    reject(new CompanyError(taken ? `port ${port} is taken: set PORT to another` : `port ${port} cannot be used: ${error.message}`));
  });
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  await promise;
}

async function untilReady(url: string, over: AbortSignal, tell: (answer: string) => void): Promise<void> {
  for (;;) {
    over.throwIfAborted();
    try {
      const answer = await fetch(`${url}/health/ready`, { signal: over });
      const text = await answer.text();
      if (answer.ok) return;
      tell(`${answer.status} ${text.slice(0, 200)}`);
    } catch {
      tell('nothing');
    }
    await pause(50, undefined, { signal: over });
  }
}

function urlIn(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'url' in message && typeof message.url === 'string') return message.url;
  throw new CompanyError(`expected a message with an address, got ${JSON.stringify(message)}`);
}
