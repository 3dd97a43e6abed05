import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { unreachable } from '../errors.ts';
import type { Fault } from '../parse/faults.ts';
import { messageOf } from '../thrown.ts';
import { fetchJwks } from './fetch-jwks.ts';
import type { Issuer } from './issuers.ts';
import { fits } from './key-fit.ts';
import { fixedKeys, onlyKey, readJwks, suits, type KeySource } from './keys.ts';
import { remoteKeys } from './remote-keys.ts';

/** What opening an issuer's keys needs; relative file names start from `folder`. */
export interface KeyDeps {
  readonly folder: string;
  readonly clock: () => number;
  readonly warn: (message: string) => void;
  /** Takes the mistakes in key files, under the file's name. */
  readonly fault: (fault: Fault) => void;
}

/**
 * Opens the keys of one issuer: files are read now, addresses when a token first needs them. A file that can't be used is
 * a fault, and the keys are undefined.
 */
export async function openKeys(issuer: Issuer, deps: KeyDeps): Promise<KeySource | undefined> {
  const { keys } = issuer;
  switch (keys.kind) {
    case 'secret':
      return onlyKey(createSecretKey(Buffer.from(keys.secret.reveal())));
    case 'publicKeyFile':
      return readKeyFile(keys.file, issuer, deps, async (text) => {
        const key = readPem(text);
        return issuer.algorithms.some((algorithm) => fits(key, algorithm)) ? onlyKey(key) : undefined;
      });
    case 'jwksFile':
      return readKeyFile(keys.file, issuer, deps, async (text) => {
        const published = await readJwks(JSON.parse(text));
        const usable = issuer.algorithms.some((algorithm) => published.some((key) => suits(key, algorithm)));
        return usable ? fixedKeys(published) : undefined;
      });
    case 'jwksUrl':
      return remoteKeys({
        load: (signal) => fetchJwks(keys.url, signal),
        cache: issuer.jwksCache,
        grace: issuer.jwksGrace,
        clock: deps.clock,
        warn: (error) => deps.warn(`the keys of issuer ${issuer.issuer} can't be fetched from ${keys.url.href}: ${messageOf(error)}`),
      });
    default:
      return unreachable(keys);
  }
}

type Use = (text: string) => Promise<KeySource | undefined>;

async function readKeyFile(file: string, issuer: Issuer, deps: KeyDeps, use: Use): Promise<KeySource | undefined> {
  const fault = (message: string): void => deps.fault({ file, path: '', message });
  try {
    const keys = await use(await readFile(resolve(deps.folder, file), 'utf8'));
    if (keys === undefined) {
      const algorithms = issuer.algorithms.join(' or ');
      fault(`expected a key for ${algorithms} of issuer ${issuer.issuer}, of at least 2048 bits if it is RSA; found none`);
    }
    return keys;
  } catch (error) {
    fault(`expected the keys of issuer ${issuer.issuer}, got an error: ${messageOf(error)}`);
    return undefined;
  }
}

function readPem(pem: string): KeyObject {
  // Node would derive the public key from it, and a private key has no business lying here.
  if (pem.includes('PRIVATE KEY')) throw new Error('this is a private key, expected a public one');
  return createPublicKey(pem);
}
