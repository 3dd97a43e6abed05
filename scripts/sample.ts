import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openKeys } from '../sample/keys.ts';

/**
 * Runs a command of the gateway on the sample deployment, with the keys that `npm start` runs it with; both work on the same store.
 * No command but `serve` connects to a source, so that the addresses need not be anybody's.
 */

const root = join(import.meta.dirname, '..');
const keys = await openKeys(join(root, 'data/sample'));
const nowhere = 'http://127.0.0.1:9';
const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: {
    CRM_URL: nowhere, BILLING_URL: nowhere, SUPPORT_URL: nowhere, ...process.env,
    CRM_TOKEN: keys.crmToken, BILLING_KEY: keys.billingKey, SUPPORT_TOKEN: keys.supportToken,
    CURSOR_KEY: keys.cursorKey, PAIRWISE_KEY: keys.pairwiseKey, AUDIT_KEY: keys.auditKey, TOKEN_KEY_SECRET: keys.tokenKeySecret, SAMPLE_KEYS: keys.folder,
  },
});
// Ctrl-C reaches the command too, which ends in its own time.
for (const event of ['SIGINT', 'SIGTERM'] as const) process.on(event, () => undefined);
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
