import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleCallers, tokenFor, type SampleCaller } from '../sample/callers.ts';
import { CompanyError, runCompany } from '../sample/company.ts';
import { openKeys } from '../sample/keys.ts';

/** Runs the sample company with the gateway in front of it, and says how to ask it. */

const root = join(import.meta.dirname, '..');
/** What the deployment's files name of the environment, for `npm run sample`: commands about the company that runs. */
const environmentFile = join(root, 'data/sample/gateway.env');
const stop = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(event, () => stop.abort());

try {
  const keys = await openKeys(join(root, 'data/sample'));
  await runCompany({
    root,
    gateway: { script: join(root, 'src/main.ts'), args: ['serve', '--config', 'config'] },
    port: portOf(process.env['PORT']),
    keys,
    environment: process.env,
    output: (text) => process.stderr.write(text),
    timeToStart: 30_000,
    signal: stop.signal,
    onReady: (url, variables) => {
      writeFileSync(environmentFile, Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join(''), { mode: 0o600 });
      console.log(`The gateway answers at ${url}/graphql. Ctrl-C ends it.`);
      for (const caller of sampleCallers) console.log(introduction(caller, tokenFor(caller, keys, Date.now), url));
    },
  });
} catch (error) {
  console.error(error instanceof CompanyError ? `start: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  rmSync(environmentFile, { force: true });
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
