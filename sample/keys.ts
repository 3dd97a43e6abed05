import { createHash, createPublicKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the sample company signs, seals and opens with. */
export interface SampleKeys {
  /** The folder they are kept in; `jwks.json` there is what token issuers publish. */
  readonly folder: string;
  /** The token issuer's private key (PKCS #8, PEM), for ES256, and its id: the key's thumbprint (RFC 7638). */
  readonly issuerKey: string;
  readonly keyId: string;
  /** 32 bytes as base64url. */
  readonly cursorKey: string;
  readonly pairwiseKey: string;
  readonly auditKey: string;
  readonly tokenKeySecret: string;
  readonly crmToken: string;
  readonly billingKey: string;
  readonly supportToken: string;
}

/**
 * Reads the keys from a folder, and makes what is not there yet.
 *
 * Any number of processes may do this at once: the first to finish a key has made it for all.
 */
export async function openKeys(folder: string): Promise<SampleKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const randomText = (): string => randomBytes(32).toString('base64url');
  const [issuerKey, cursorKey, pairwiseKey, auditKey, tokenKeySecret, crmToken, billingKey, supportToken] = await Promise.all([
    keep(join(folder, 'issuer.key.pem'), newIssuerKey),
    keep(join(folder, 'cursor.key'), randomText),
    keep(join(folder, 'pairwise.key'), randomText),
    keep(join(folder, 'audit.key'), randomText),
    keep(join(folder, 'token-key.secret'), randomText),
    keep(join(folder, 'crm.token'), randomText),
    keep(join(folder, 'billing.key'), randomText),
    keep(join(folder, 'support.token'), randomText),
  ]);
  const { crv, kty, x, y } = createPublicKey(issuerKey).export({ format: 'jwk' });
  const keyId = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  const jwks = { keys: [{ kty, crv, x, y, kid: keyId, alg: 'ES256', use: 'sig' }] };
  await publish(join(folder, 'jwks.json'), `${JSON.stringify(jwks, null, 2)}\n`);
  return { folder, issuerKey, keyId, cursorKey, pairwiseKey, auditKey, tokenKeySecret, crmToken, billingKey, supportToken };
}

function newIssuerKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

// A link is made whole or not at all, and fails where the name is taken: nobody reads half a key, and nobody's key is replaced.
async function keep(file: string, make: () => string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(unless('ENOENT'));
  if (kept !== undefined) return kept;
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, make(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

// It follows from the private key, so that whoever writes it writes the same.
async function publish(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(unless('ENOENT'))) === text) return;
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { flag: 'wx' });
  await rename(draft, file);
}

function unless(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
