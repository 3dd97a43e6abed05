import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleCallers, tokenFor, type SampleCaller } from '../sample/callers.ts';
import { CompanyError, runCompany } from '../sample/company.ts';
import { serveExplorerLink } from '../sample/explorer-link.ts';
import { openKeys } from '../sample/keys.ts';
import { bundleExplorer } from './explorer/bundle.ts';
import { environmentFile, keysFolder } from './sample-files.ts';

/** Runs the sample company with the gateway in front of it, and says how to ask it. */

const root = join(import.meta.dirname, '..');
const stop = new AbortController();
// More than once: a group of processes that is ended gets a signal from whoever ends it, and the same again from npm.
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(event, () => stop.abort());

const open = new AsyncDisposableStack();
try {
  const port = portOf(process.env['PORT']);
  const url = `http://127.0.0.1:${port}`;
  const [keys, explorer] = await Promise.all([openKeys(keysFolder), explorerMode(process.env['EXPLORER'])]);
  const tokenOf = (caller: SampleCaller): string => tokenFor(caller, keys, Date.now);
  const link = explorer !== 'callers' ? undefined : open.adopt(await serveExplorerLink({
    explorer: `${url}/explorer`,
    callers: () => sampleCallers.map((caller) => ({ name: caller.name, description: caller.description, token: tokenOf(caller), query: caller.query })),
  }), (opened) => opened.close());
  await runCompany({
    root,
    gateway: { script: join(root, 'src/main.ts'), args: ['serve', '--config', 'config'] },
    port,
    keys,
    environment: { ...process.env, EXPLORER: explorer },
    output: (text) => process.stderr.write(text),
    timeToStart: 30_000,
    signal: stop.signal,
    onReady: (_, variables) => {
      writeFileSync(environmentFile, Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join(''), { mode: 0o600 });
      console.log(`The gateway answers at ${url}/graphql. Ctrl-C ends it.`);
      if (link !== undefined) console.log(`To explore it in a browser as one of these callers: ${link.url}`);
      for (const caller of sampleCallers) console.log(introduction(caller, tokenOf(caller), url));
    },
  });
} catch (error) {
  console.error(error instanceof CompanyError ? `start: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  rmSync(environmentFile, { force: true });
  await open.disposeAsync();
}

/** Makes the explorer page where it is not there yet. Without it the company runs all the same. */
async function explorerMode(wanted = 'callers'): Promise<string> {
  if (wanted === 'off') return wanted;
  try {
    if (await bundleExplorer()) process.stderr.write('The explorer page was built; the next start has it already.\n');
    return wanted;
  } catch (error) {
    process.stderr.write(`There will be no explorer page: ${error instanceof Error ? error.message : String(error)}\n`);
    return 'off';
  }
}

function introduction({ name, description, query }: SampleCaller, token: string, url: string): string {
  const headers = `-H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json'`;
  const body = JSON.stringify({ query }).replaceAll("'", "'\\''");
  return `\n${name}: ${description}\n  token: ${token}\n  curl -s ${url}/graphql ${headers} -d '${body}'`;
}

function portOf(text = '4000'): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new CompanyError(`PORT: expected a number from 1 to 65535, got ${JSON.stringify(text)}`);
}
