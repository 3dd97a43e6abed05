import { parseArgs } from 'node:util';
import type { Served, SystemOptions } from './serve.ts';

/**
 * Runs one system as a process of its own: `node sample/crm.ts --port 0 --latency 20`, its credentials in the environment.
 *
 * Says where it listens as a line of JSON, and to its parent as `{ url }` where there is one. Ends on SIGTERM, on SIGINT and when
 * the parent is gone.
 */
export async function run(credentialsName: string, start: (options: SystemOptions) => Promise<Served>): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, latency: { type: 'string', default: '0' } } });
  const credentials = process.env[credentialsName] ?? '';
  if (credentials === '') throw new Error(`${credentialsName} is not set`);
  const served = await start({ port: Number(values.port), latency: Number(values.latency), credentials, clock: Date.now });
  const end = (): void => process.exit(0);
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, end);
  // A parent that was gone before anyone listened for it will not be announced again.
  if (process.send !== undefined && !process.connected) end();
  console.log(JSON.stringify({ ready: true, url: served.url }));
  process.send?.({ url: served.url });
}
