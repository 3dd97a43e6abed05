import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Secret } from '../../secret.ts';
import { pad, unpad } from '../padding.ts';

/** A place in a connection: rows of one stream, on the page at `at` with `size` rows, after the first `skip` of them. */
export interface Position {
  /** The stream's source, and the key that its rows belong to; empty for rows that belong to none. */
  readonly source: string;
  readonly key: string;
  readonly at: string | undefined;
  readonly size: number;
  readonly skip: number;
}

/**
 * Seals positions for clients. `scope` is what the cursor belongs to: caller, customer, field and arguments. A cursor that
 * was made for another scope, or by anybody else, opens to undefined: a source's own cursor can carry another customer's query.
 */
export interface CursorSeal {
  seal(position: Position, scope: readonly string[]): string;
  open(cursor: string, scope: readonly string[]): Position | undefined;
}

const positionShape = z.tuple([z.string(), z.string(), z.string().nullable(), z.number().int().min(1), z.number().int().min(0)]);
/** Positions are filled up to a multiple of this many bytes: how long a cursor is tells of no rows that were left out before it. */
const block = 128;
const nonceLength = 12;
const tagLength = 16;

/** AES-256-GCM under a key derived from the deployment's secret, with the scope as associated data. */
export function makeCursorSeal(key: Secret): CursorSeal {
  const derived = createSecretKey(Buffer.from(hkdfSync('sha256', key.reveal(), '', 'customer360 cursor v3', 32)));
  return {
    seal({ source, key, at, size, skip }, scope) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', derived, nonce);
      cipher.setAAD(Buffer.from(JSON.stringify(scope)));
      const body = Buffer.concat([cipher.update(pad(JSON.stringify([source, key, at ?? null, size, skip]), block)), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(cursor, scope) {
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= nonceLength + tagLength) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(0, nonceLength), { authTagLength: tagLength });
        decipher.setAAD(Buffer.from(JSON.stringify(scope)));
        decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
        const padded = Buffer.concat([decipher.update(bytes.subarray(nonceLength + tagLength)), decipher.final()]);
        const [source, key, at, size, skip] = positionShape.parse(JSON.parse(unpad(padded)));
        return { source, key, at: at ?? undefined, size, skip };
      } catch {
        return undefined;
      }
    },
  };
}
