import { join } from 'node:path';
import { runCompany } from '../../../sample/company.ts';
import { openKeys } from '../../../sample/keys.ts';

/** Runs the sample company with the stand-in gateway, and tells its parent when it is ready: somebody to be killed. */

const [folder = '', port = ''] = process.argv.slice(2);
await runCompany({
  root: folder,
  gateway: { script: join(import.meta.dirname, 'fake-gateway.ts'), args: [] },
  port: Number(port),
  keys: await openKeys(folder),
  environment: process.env,
  output: (text) => process.stderr.write(text),
  timeToStart: 30_000,
  signal: new AbortController().signal,
  onReady: (url) => process.send?.({ url }),
});
