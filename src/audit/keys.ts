import { createHmac, createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Secret } from '../secret.ts';

/** A key of the trail: `code` proves an entry to whoever has the key, the signing key a checkpoint to everybody. */
export interface AuditKey {
  readonly id: string;
  /** HMAC-SHA256, in hex. */
  readonly code: (text: string) => string;
  /** What stands in the trail for a customer's own subject: hers at her issuer is told by whoever has the key, and by nobody else. */
  readonly pseudonym: (issuer: string, subject: string) => string;
  readonly signing: { readonly private: KeyObject; readonly public: KeyObject };
}

/** The keys of a deployment: the first makes what is new, all prove what is there. */
export interface AuditKeys {
  readonly current: AuditKey;
  readonly find: (id: string) => AuditKey | undefined;
  /** The pseudonyms of a customer's subject, the one of the current key first. */
  readonly pseudonyms: (issuer: string, subject: string) => readonly [string, ...string[]];
}

/** Makes what is used from the secrets. Codes, pseudonyms and signatures each have a key of their own, derived from the one that is configured. */
export function openAuditKeys([first, ...others]: readonly [ConfiguredKey, ...ConfiguredKey[]]): AuditKeys {
  const current = openKey(first);
  const older = others.map(openKey);
  const all = new Map([current, ...older].map((key) => [key.id, key]));
  return {
    current,
    find: (id) => all.get(id),
    pseudonyms: (issuer, subject) => [current.pseudonym(issuer, subject), ...older.map((key) => key.pseudonym(issuer, subject))],
  };
}

export interface ConfiguredKey {
  readonly id: string;
  readonly key: Secret;
}

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, 7). */
const ed25519Pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function openKey({ id, key }: ConfiguredKey): AuditKey {
  const derived = (use: string): Buffer => Buffer.from(hkdfSync('sha256', key.reveal(), '', `customer360 audit ${use} v1`, 32));
  // Taken as bytes, a key would be made ready for each code anew, which costs more than the code.
  const [codes, names] = [createSecretKey(derived('entries')), createSecretKey(derived('subjects'))];
  const signing = createPrivateKey({ key: Buffer.concat([ed25519Pkcs8, derived('checkpoints')]), format: 'der', type: 'pkcs8' });
  return {
    id,
    code: (text) => createHmac('sha256', codes).update(text).digest('hex'),
    pseudonym: (issuer, subject) => createHmac('sha256', names).update(JSON.stringify([issuer, subject])).digest('hex'),
    signing: { private: signing, public: createPublicKey(signing) },
  };
}
