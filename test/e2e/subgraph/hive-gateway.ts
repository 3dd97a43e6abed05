import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { freePort } from '../../fixtures/free-port.ts';
import { orders, ordersSdl, type Supergraph } from './supergraph.ts';

const root = join(import.meta.dirname, '../../..');
/** Where the benchmark has it, with a lock of its own. */
const installed = join(root, 'bench/gateways/contestants/hive/node_modules/@graphql-hive/gateway');

/** What is missing to run Hive Gateway; undefined where nothing is. */
export const hiveNeeds = existsSync(installed) ? undefined : 'Hive Gateway: npm ci --prefix bench/gateways/contestants/hive';

/** Composes a gateway's graph with that of orders by Hive's own rules, and serves both with Hive Gateway, as `examples/routers` configures it. */
export async function startHiveGateway(url: string, sdl: string): Promise<Supergraph> {
  const server = new ApolloServer({ schema: orders, stopOnTerminationSignals: false });
  const { url: ordersUrl } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  const folder = await mkdtemp(join(tmpdir(), 'hive-'));
  const stopOthers = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  try {
    const { supergraphSdl, errors } = composeServices([{ name: 'customers', url: `${url}/graphql`, typeDefs: parse(sdl) }, { name: 'orders', url: ordersUrl, typeDefs: parse(ordersSdl) }]);
    if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
    await writeFile(join(folder, 'supergraph.graphql'), supergraphSdl);
    const { child, url: address } = await startHive(join(folder, 'supergraph.graphql'));
    return {
      async ask(query, { token, purpose }) {
        const response = await fetch(`${address}/graphql`, {
          method: 'POST', body: JSON.stringify({ query }),
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...(purpose === undefined ? {} : { 'x-purpose': purpose }) },
        });
        const { data, errors: told = [] } = await response.json() as { readonly data?: unknown; readonly errors?: Awaited<ReturnType<Supergraph['ask']>>['errors'] };
        return { data, errors: told };
      },
      async stop() {
        await end(child);
        await stopOthers();
      },
    };
  } catch (error) {
    await stopOthers();
    throw error;
  }
}

async function startHive(supergraph: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const program = createRequire(join(installed, 'package.json')).resolve('./dist/bin.js');
  const port = await freePort();
  const config = join(root, 'examples/routers/hive-gateway.config.js');
  let said = '';
  const child = spawn(process.execPath, [program, 'supergraph', supergraph, '--config-path', config, '--host', '127.0.0.1', '--port', String(port)], { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 60_000; Date.now() < until && child.exitCode === null; await pause(100)) {
    if (await fetch(`${url}/readiness`).then(({ ok }) => ok, () => false)) return { child, url };
  }
  await end(child);
  throw new Error(`Hive Gateway is not ready:\n${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
