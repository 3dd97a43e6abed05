import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Limits, OwnToken } from './caller.ts';
import type { Trust } from './issuers.ts';

/** What a token of the gateway's own is made of. Times are in milliseconds. */
export interface TokenOrder {
  readonly id: string;
  readonly subject: string;
  /** The view of the schema. */
  readonly audience: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly customers: readonly string[];
  readonly limits: Limits;
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expiresAt: number;
}

/** The clocks of machines differ by less. */
export const ownClockSkew = 30_000;

/** How the gateway believes itself: for partners alone, so that none of its tokens can be a member of staff. */
export function trustInOwn({ issuer, audience, longestLifetime }: { readonly issuer: string; readonly audience: string; readonly longestLifetime: number }): Trust {
  return {
    issuer, audience: [audience], algorithms: ['ES256'], kinds: ['partner'], fixed: { clients: {} }, clockSkew: ownClockSkew, maxLifetime: longestLifetime,
    claims: { kind: 'kind', roles: 'roles', scopes: 'scope', purposes: 'purposes', customers: 'customers', regions: 'regions', audience: 'view' },
  };
}

/** Signs a token with the claims by which callers are read. */
export function signToken(order: TokenOrder, by: { readonly trust: Pick<Trust, 'issuer' | 'audience'>; readonly keyId: string; readonly key: KeyObject }): string {
  const { id, subject, audience, roles, scopes, purposes, customers, limits } = order;
  const claims = {
    iss: by.trust.issuer, aud: by.trust.audience[0], sub: subject, jti: id, kind: 'partner', view: audience, roles, scope: scopes.join(' '), purposes, customers,
    ...(limits.rate === undefined && limits.quota === undefined ? {} : { limits }),
    iat: seconds(order.issuedAt), nbf: seconds(order.notBefore), exp: seconds(order.expiresAt),
  };
  return jwt.sign(claims, by.key, { algorithm: 'ES256', keyid: by.keyId });
}

function seconds(time: number): number {
  return Math.floor(time / 1000);
}

const limitShape = z.object({ requests: z.int().min(1), per: z.int().min(1000) });
const ownShape = z.object({ jti: z.string().min(1), limits: z.object({ rate: limitShape.optional(), quota: limitShape.optional() }).default({}) });

/** What a verified token of the gateway's own says beside what all say. Undefined where it says it wrongly, or could not be revoked. */
export function readOwn(payload: unknown, keyId: string | undefined): OwnToken | undefined {
  const { data } = ownShape.safeParse(payload);
  return data === undefined || keyId === undefined ? undefined : { keyId, limits: data.limits };
}
