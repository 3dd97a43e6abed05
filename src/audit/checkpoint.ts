import { sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { AuditHead } from '../store/audit-log.ts';
import type { AuditKey, AuditKeys } from './keys.ts';

/** How far chains went at one moment. */
export interface Checkpoint {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ends: readonly AuditHead[];
}

/** What a line that should be a checkpoint is. */
export type ReadCheckpoint =
  | { readonly kind: 'sound'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'malformed' | 'forged' }
  | { readonly kind: 'unknown key'; readonly key: string };

const headerShape = z.object({ alg: z.literal('EdDSA'), kid: z.string() });
const checkpointShape = z.object({
  at: z.number(),
  ends: z.array(z.object({ chain: z.string(), seq: z.int().min(1), mac: z.string() })),
});

/** Signs a checkpoint: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037), which the public key alone proves. */
export function signCheckpoint({ at, ends }: Checkpoint, { id, signing }: AuditKey): string {
  const signed = [{ alg: 'EdDSA', kid: id, typ: 'customer360-checkpoint+jwt' }, { at, ends }].map(encode).join('.');
  return `${signed}.${sign(undefined, Buffer.from(signed), signing.private).toString('base64url')}`;
}

/** Reads and proves a checkpoint. */
export function readCheckpoint(text: string, keys: AuditKeys): ReadCheckpoint {
  const [header = '', payload = '', signature = '', ...more] = text.split('.');
  const head = headerShape.safeParse(decode(header));
  const checkpoint = checkpointShape.safeParse(decode(payload));
  if (!head.success || !checkpoint.success || more.length > 0) return { kind: 'malformed' };
  const key = keys.find(head.data.kid);
  if (key === undefined) return { kind: 'unknown key', key: head.data.kid };
  const genuine = verify(undefined, Buffer.from(`${header}.${payload}`), key.signing.public, Buffer.from(signature, 'base64url'));
  return genuine ? { kind: 'sound', checkpoint: checkpoint.data } : { kind: 'forged' };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
