import { z } from 'zod';
import { duration, secretText } from '../parse/shapes.ts';

const text = z.string().min(1, 'expected a non-empty text');
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'expected a name of letters, digits, - and _');

/** A scope as RFC 6749, 3.3 has it; scopes stand in one text with spaces between them. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'expected a scope without spaces, quotes and backslashes');

// The issuer's name is where its keys are published, and what others compare to the letter.
const issuer = z.string().refine((value) => {
  const url = URL.parse(value);
  return url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '' && !value.endsWith('?');
}, 'expected an https address without a query');

const keySecret = secretText.refine((secret) => Buffer.byteLength(secret.reveal()) >= 32, 'expected at least 32 bytes');

/** What tokens for one audience may say: all of the roles, and those of the scopes and purposes that are asked for. */
const grantShape = z.strictObject({
  roles: z.array(name).min(1, 'expected at least one role'),
  scopes: z.array(scope).default([]),
  purposes: z.array(text).min(1, 'expected at least one purpose'),
});

/** `tokens` of `customer360.yaml`: tokens that the gateway itself issues to partners. Without it there are none. */
export const tokensShape = z.strictObject({
  issuer,
  audience: text,
  /** Seals new signing keys. */
  keySecret,
  /** Open those that were sealed before it was changed. */
  earlierKeySecrets: z.array(keySecret).default([]),
  longestLifetime: duration.refine((time) => time >= 60_000 && time % 1000 === 0, 'expected whole seconds, at least 1m'),
  audiences: z.record(name, grantShape).refine((audiences) => Object.keys(audiences).length > 0, 'expected at least one audience'),
});
export type TokenSettings = Readonly<z.output<typeof tokensShape>>;

const limit = (shortest: number, longest: number, words: string) => z.strictObject({
  requests: z.int().min(1, 'expected at least 1'),
  per: duration.refine((time) => time >= shortest && time <= longest && time % 1000 === 0, `expected whole seconds, ${words}`),
});

const rate = limit(1000, 3_600_000, 'from 1s to 1h');

/** How often holders of one token may ask: the bounds of a rate are those of the memory it is counted in. */
export const limitShapes = { rate, quota: limit(60_000, 366 * 86_400_000, 'from 1m to 366d') } as const;

/** The same of each token of an audience, and how often all tokens of one client may be used together. */
export const audienceLimitShapes = { ...limitShapes, client: rate } as const;
