import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Secret } from '../secret.ts';

/** A signing key as it may be kept where others can read it. */
export interface KeptKey {
  readonly id: string;
  /** A JSON Web Key as text. */
  readonly publicKey: string;
  /** Made with the deployment's secret over issuer, id and public key. */
  readonly proof: string;
  /** The private part, encrypted; undefined where it was erased. */
  readonly sealed: string | undefined;
}

/**
 * Makes the gateway's signing keys, and opens them again.
 *
 * Whoever can write to the store but has not the deployment's secret can neither read a private key nor have one of his own
 * believed. `isOurs` tells from an id alone whether such a key was ever made, so that invented ones cost nobody a look. `publicKey`
 * and `privateKey` give undefined for what is not, or no longer, there or was not made with one of the secrets.
 */
export interface KeyMint {
  make(): KeptKey & { readonly sealed: string };
  isOurs(id: string): boolean;
  publicKey(kept: KeptKey): KeyObject | undefined;
  privateKey(kept: KeptKey): KeyObject | undefined;
}

const nonceBytes = 8;
const markBytes = 12;
const ivBytes = 12;
const tagBytes = 16;

interface Derived {
  readonly mark: Buffer;
  readonly prove: Buffer;
  readonly seal: Buffer;
}

/** A mint for the keys of one issuer. Of the secrets the first makes new keys, and all open what they have made. */
export function openKeyMint(issuer: string, secrets: readonly [Secret, ...Secret[]]): KeyMint {
  const [current, ...others] = secrets.map(derive);
  if (current === undefined) throw new Error('a mint needs a secret');
  const all = [current, ...others];
  const markOf = (nonce: string, { mark }: Derived): Buffer => hmac(mark, [issuer, nonce]).subarray(0, markBytes);
  const proofOf = ({ id, publicKey }: Pick<KeptKey, 'id' | 'publicKey'>, { prove }: Derived): Buffer => hmac(prove, [issuer, id, publicKey]);
  const provenBy = (kept: KeptKey): Derived | undefined => all.find((derived) => sameBytes(Buffer.from(kept.proof, 'base64url'), proofOf(kept, derived)));

  return {
    make() {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const nonce = randomBytes(nonceBytes).toString('hex');
      const id = nonce + markOf(nonce, current).toString('hex');
      const publicKey = JSON.stringify(pair.publicKey.export({ format: 'jwk' }));
      const proof = proofOf({ id, publicKey }, current);
      const sealed = seal(pair.privateKey.export({ format: 'der', type: 'pkcs8' }), current.seal, proof);
      return { id, publicKey, proof: proof.toString('base64url'), sealed };
    },
    isOurs(id) {
      if (!/^[\da-f]{40}$/.test(id)) return false;
      const nonce = id.slice(0, nonceBytes * 2);
      const mark = Buffer.from(id.slice(nonceBytes * 2), 'hex');
      return all.some((derived) => sameBytes(mark, markOf(nonce, derived)));
    },
    publicKey: (kept) => (provenBy(kept) === undefined ? undefined : createPublicKey({ key: JSON.parse(kept.publicKey) as Readonly<Record<string, string>>, format: 'jwk' })),
    privateKey(kept) {
      const derived = provenBy(kept);
      const der = derived === undefined || kept.sealed === undefined ? undefined : unseal(kept.sealed, derived.seal, proofOf(kept, derived));
      return der === undefined ? undefined : createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    },
  };
}

/** A key of its own for each use, so that nothing made for one can serve another. */
function derive(secret: Secret): Derived {
  const keyFor = (use: string): Buffer => Buffer.from(hkdfSync('sha256', secret.reveal(), '', `customer360 signing keys: ${use}`, 32));
  return { mark: keyFor('mark'), prove: keyFor('prove'), seal: keyFor('seal') };
}

function hmac(key: Buffer, parts: readonly string[]): Buffer {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest();
}

function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** AES-256-GCM. What it is bound to has to be given again to open it: a sealed key cannot be put in another's place. */
function seal(text: Buffer, key: Buffer, boundTo: Buffer): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(boundTo);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

function unseal(text: string, key: Buffer, boundTo: Buffer): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(boundTo);
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
