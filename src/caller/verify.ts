import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Algorithm, Trust } from './issuers.ts';

/** What verification said: the payload of a genuine token in its time, or why not. */
export type Verification =
  | { readonly kind: 'genuine'; readonly payload: unknown }
  | { readonly kind: 'refused'; readonly reason: 'expired' | 'invalid' };

/** Verifies signature, times, audience and issuer of a token, with exactly the algorithm that the key was chosen for. */
export function verify(
  text: string,
  context: { readonly issuer: Trust; readonly algorithm: Algorithm; readonly key: KeyObject; readonly now: number },
): Verification {
  const { issuer, algorithm, key, now } = context;
  const [audience, ...otherAudiences] = issuer.audience;
  // An empty list would make jsonwebtoken skip the check.
  if (audience === undefined) return { kind: 'refused', reason: 'invalid' };
  try {
    const payload: unknown = jwt.verify(text, key, {
      algorithms: [algorithm],
      audience: [audience, ...otherAudiences],
      issuer: issuer.issuer,
      clockTimestamp: Math.floor(now / 1000),
      clockTolerance: issuer.clockSkew / 1000,
    });
    return { kind: 'genuine', payload };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof jwt.TokenExpiredError ? 'expired' : 'invalid' };
  }
}
