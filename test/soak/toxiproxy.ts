import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../fixtures/free-port.ts';

/** What Toxiproxy does to a connection; see its README for the attributes of each type. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slicer' | 'reset_peer' | 'timeout' | 'limit_data';
  readonly attributes: Readonly<Record<string, number>>;
}

/** A connection that can be made bad. */
export interface ToxicProxy {
  /** Such as `127.0.0.1:20001`. */
  readonly address: string;
  /** Does this to all that comes back from now on. */
  add(toxics: readonly Toxic[]): Promise<void>;
  /** Closes what is open, and takes no more. */
  down(): Promise<void>;
  /** As if nothing had been. */
  reset(): Promise<void>;
}

/** A running Toxiproxy. */
export interface Toxiproxy {
  /** Puts one before an address, such as `127.0.0.1:4001`. */
  before(name: string, upstream: string): Promise<ToxicProxy>;
  stop(): Promise<void>;
}

const places = [...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'toxiproxy-server')), join(process.env['GOPATH'] ?? join(homedir(), 'go'), 'bin/toxiproxy/server')];
const program = places.find((path) => existsSync(path));

/** What is missing for Toxiproxy to run here; undefined when it can. */
export const toxiproxyNeeds = program === undefined ? 'toxiproxy-server on the PATH, or Go for .ci/run to build it' : undefined;

/** Starts a Toxiproxy of one's own. */
export async function startToxiproxy(): Promise<Toxiproxy> {
  if (program === undefined) throw new Error(`Toxiproxy needs ${String(toxiproxyNeeds)}`);
  const port = await freePort();
  // A shell ends it when its input closes: when it is told to, and also when whoever has started it dies.
  const guard = spawn('sh', ['-c', '"$@" & server=$!; cat; kill "$server"; wait "$server"', 'sh', program, '-host', '127.0.0.1', '-port', String(port)], { stdio: ['pipe', 'ignore', 'ignore'] });
  const exited = once(guard, 'exit');
  const stop = async (): Promise<void> => {
    guard.stdin.end();
    await exited;
  };
  const call = async (method: string, path: string, body?: unknown): Promise<void> => {
    // Toxiproxy refuses what looks like a browser.
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { 'user-agent': 'soak' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`Toxiproxy answered ${response.status} to ${method} ${path}: ${text}`);
  };
  for (let tries = 0; ; tries += 1) {
    try {
      await call('GET', '/version');
      break;
    } catch (error) {
      if (tries < 100) {
        await pause(100);
        continue;
      }
      await stop();
      throw error;
    }
  }
  return {
    stop,
    async before(name, upstream) {
      const address = `127.0.0.1:${await freePort()}`;
      await call('POST', '/proxies', { name, listen: address, upstream });
      let added = 0;
      const names: string[] = [];
      return {
        address,
        async add(toxics) {
          for (const { type, attributes } of toxics) {
            const toxic = `${type}-${added++}`;
            names.push(toxic);
            await call('POST', `/proxies/${name}/toxics`, { name: toxic, type, attributes, stream: 'downstream', toxicity: 1 });
          }
        },
        down: () => call('POST', `/proxies/${name}`, { enabled: false }),
        async reset() {
          for (const toxic of names.splice(0)) await call('DELETE', `/proxies/${name}/toxics/${toxic}`);
          await call('POST', `/proxies/${name}`, { enabled: true });
        },
      };
    },
  };
}
