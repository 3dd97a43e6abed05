import { z } from 'zod';
import { duration, httpUrl, secretText } from '../parse/shapes.ts';
import type { Secret } from '../secret.ts';
import { callerKinds, type CallerKind } from './caller.ts';

const fileName = z.string().min(1, 'expected a file name');
const names = z.array(z.string().min(1, 'expected a name'));

// A key set fetched over plain http could be replaced on the way, and with it every caller; loopback has no way.
const jwksUrl = httpUrl.refine((url) => url.protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname), {
  error: 'expected an https address; plain http is for loopback only',
  abort: true,
});

// RFC 7518, 3.2: a key of at least the size of the hash. A shorter one can be guessed from a single token.
const hmacSecret = secretText.refine((secret) => Buffer.byteLength(secret.reveal()) >= 32, {
  error: 'expected a secret of at least 32 bytes',
  abort: true,
});

/** Where the keys of an issuer are. */
export type KeysSetting =
  | { readonly kind: 'jwksFile' | 'publicKeyFile'; readonly file: string }
  | { readonly kind: 'jwksUrl'; readonly url: URL }
  | { readonly kind: 'secret'; readonly secret: Secret };

const keysShape = z
  .strictObject({
    jwksFile: fileName.optional(),
    jwksUrl: jwksUrl.optional(),
    publicKeyFile: fileName.optional(),
    secret: hmacSecret.optional(),
  })
  .transform((keys, context): KeysSetting => {
    const given: KeysSetting[] = [];
    if (keys.jwksFile !== undefined) given.push({ kind: 'jwksFile', file: keys.jwksFile });
    if (keys.jwksUrl !== undefined) given.push({ kind: 'jwksUrl', url: keys.jwksUrl });
    if (keys.publicKeyFile !== undefined) given.push({ kind: 'publicKeyFile', file: keys.publicKeyFile });
    if (keys.secret !== undefined) given.push({ kind: 'secret', secret: keys.secret });
    const [only] = given;
    if (only !== undefined && given.length === 1) return only;
    context.addIssue({ code: 'custom', message: 'expected exactly one of jwksFile, jwksUrl, publicKeyFile and secret' });
    return z.NEVER;
  });

/** What jsonwebtoken can verify, less what nobody should start using; EdDSA is beyond it. */
const algorithm = z.enum(['RS256', 'PS256', 'ES256', 'ES384', 'HS256']);

/** A claim's name; a list is a path into nested claims, such as `[realm_access, roles]`. */
const claimName = z.union([z.string().min(1, 'expected a claim name'), names.min(1, 'expected a path of claim names')]);

const claimsShape = z
  .strictObject({
    kind: claimName.default('kind'),
    roles: claimName.default('roles'),
    scopes: claimName.default('scope'),
    purposes: claimName.default('purposes'),
    customers: claimName.default('customers'),
    regions: claimName.default('regions'),
    audience: claimName.default('view'),
  })
  .prefault({});

const grantShape = z.strictObject({
  kind: z.enum(callerKinds).optional(),
  roles: names.optional(),
  purposes: names.optional(),
  regions: names.optional(),
  view: z.string().min(1, 'expected the name of an audience').optional(),
});

/**
 * Values that hold whatever the token says, for identity providers without such claims. What stands under `clients`
 * holds for tokens of that client (`client_id`, else `azp`), users who signed in through it included.
 */
const fixedShape = grantShape.extend({ clients: z.record(z.string(), grantShape).default({}) }).prefault({});

const issuerShape = z
  .strictObject({
    issuer: z.string().min(1, 'expected the value of the claim "iss"'),
    audience: z.union([
      z.string().min(1, 'expected an audience').transform((one) => [one]),
      names.min(1, 'expected at least one audience'),
    ]),
    algorithms: z.array(algorithm).min(1, 'expected at least one algorithm'),
    keys: keysShape,
    kinds: z.array(z.enum(callerKinds)).min(1, 'expected at least one kind of caller'),
    claims: claimsShape,
    fixed: fixedShape,
    clockSkew: duration.refine((skew) => skew <= 300_000, 'expected at most 5m').prefault('30s'),
    /** The longest time between `iat` and `exp`; without it the issuer decides alone. */
    maxLifetime: duration.optional(),
    /** How long fetched keys are used before they are fetched again. */
    jwksCache: duration.prefault('10m'),
    /** How much longer they are used while the address gives none. */
    jwksGrace: duration.prefault('1h'),
  })
  .superRefine((issuer, context) => {
    const symmetric = issuer.keys.kind === 'secret';
    // With both sorts in one issuer, a public key could be taken for an HMAC secret.
    if (issuer.algorithms.some((name) => (name === 'HS256') !== symmetric)) {
      const message = symmetric ? 'expected HS256 alone, since the key is a secret' : 'expected no HS256, since the keys are public';
      context.addIssue({ code: 'custom', path: ['algorithms'], message });
    }
    const vouch = (kind: CallerKind | undefined, path: string[]): void => {
      if (kind === undefined || issuer.kinds.includes(kind)) return;
      context.addIssue({ code: 'custom', path, message: `"${kind}" is not among the kinds that this issuer may vouch for` });
    };
    vouch(issuer.fixed.kind, ['fixed', 'kind']);
    for (const [client, { kind }] of Object.entries(issuer.fixed.clients)) vouch(kind, ['fixed', 'clients', client, 'kind']);
  });

/** The token issuers of a deployment: whom to believe, by which keys, and about whom. */
export const issuersShape = z
  .array(issuerShape)
  .min(1, 'expected at least one issuer')
  .superRefine((issuers, context) => {
    issuers.forEach(({ issuer }, index) => {
      if (issuers.findIndex((other) => other.issuer === issuer) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'issuer'], message: `"${issuer}" is declared twice` });
    });
  });

export type Issuer = Readonly<z.output<typeof issuerShape>>;
/** What is believed of an issuer, wherever its keys are. */
export type Trust = Omit<Issuer, 'keys' | 'jwksCache' | 'jwksGrace'>;
export type Algorithm = z.output<typeof algorithm>;
export type ClaimName = z.output<typeof claimName>;
