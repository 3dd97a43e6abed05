import { z } from 'zod';
import { callerKinds, type Caller, type CallerKind } from './caller.ts';
import type { ClaimName, Trust } from './issuers.ts';

const text = z.string().min(1);
const list = z.union([text.transform((one) => [one]), z.array(text)]).default([]);
/** Scopes, purposes and regions come as a list or as words in one text (RFC 6749, 3.3). */
const words = z.union([z.string().transform((one) => one.split(' ').filter((word) => word !== '')), z.array(text)]);

const registeredShape = z.object({
  iss: text,
  sub: text,
  exp: z.number(),
  iat: z.number().optional(),
  jti: text.optional(),
  act: z.object({ sub: text }).optional(),
  client_id: text.optional(),
  azp: text.optional(),
});

const grantsShape = z.object({
  kind: z.enum(callerKinds),
  roles: list,
  scopes: words.default([]),
  purposes: words.optional(),
  customers: list,
  regions: words.default([]),
  view: text.optional(),
});

/**
 * Builds a caller from the payload of a verified token. Undefined when a claim is missing or not of its type, when the
 * issuer may not vouch for such a caller, or when the token lives longer than allowed: there is no caller by halves.
 */
export function readCaller(
  payload: unknown,
  context: { readonly issuer: Trust; readonly roles: ReadonlySet<string>; readonly now: number },
): Caller | undefined {
  const { issuer, roles, now } = context;
  const { claims } = issuer;
  const registered = registeredShape.safeParse(payload).data;
  if (registered === undefined || !shortLived(registered, issuer, now)) return undefined;

  const fixed = fixedFor(issuer, registered.client_id ?? registered.azp);
  const grants = grantsShape.safeParse({
    kind: fixed.kind ?? claimAt(payload, claims.kind),
    roles: fixed.roles ?? claimAt(payload, claims.roles),
    scopes: claimAt(payload, claims.scopes),
    purposes: fixed.purposes ?? claimAt(payload, claims.purposes),
    customers: claimAt(payload, claims.customers),
    regions: fixed.regions ?? claimAt(payload, claims.regions),
    view: fixed.view ?? claimAt(payload, claims.audience),
  }).data;
  if (grants === undefined || !issuer.kinds.includes(grants.kind)) return undefined;
  const audience = audienceOf(grants.kind, grants.view);
  if (audience === undefined) return undefined;

  return {
    kind: grants.kind,
    subject: registered.sub,
    issuer: registered.iss,
    tokenId: registered.jti,
    client: registered.client_id ?? registered.azp,
    actor: registered.act?.sub,
    roles: [...new Set(grants.roles)].filter((role) => roles.has(role)).sort(),
    scopes: grants.scopes,
    purposes: grants.purposes,
    audience,
    customers: grants.kind === 'staff' || grants.kind === 'service' ? 'all' : grants.customers,
    regions: [...new Set(grants.regions)].sort(),
    expiresAt: registered.exp * 1000,
  };
}

function shortLived(token: { readonly exp: number; readonly iat?: number | undefined }, issuer: Trust, now: number): boolean {
  if (issuer.maxLifetime === undefined) return true;
  if (token.iat === undefined || token.iat * 1000 > now + issuer.clockSkew) return false;
  return (token.exp - token.iat) * 1000 <= issuer.maxLifetime;
}

function fixedFor(issuer: Trust, client: string | undefined): Omit<Trust['fixed'], 'clients'> {
  const { clients, ...general } = issuer.fixed;
  return client !== undefined && Object.hasOwn(clients, client) ? { ...general, ...clients[client] } : general;
}

/** The audience of a caller, or undefined: a view that belongs to another kind of caller is refused: a partner's token must not ask for the inside view. */
export function audienceOf(kind: CallerKind, view: string | undefined): string | undefined {
  switch (kind) {
    case 'customer':
      return view === undefined || view === 'self' ? 'self' : undefined;
    case 'partner':
      return view === 'internal' || view === 'self' ? undefined : view;
    case 'staff':
    case 'service':
      return view === 'self' ? undefined : (view ?? 'internal');
  }
}

function claimAt(payload: unknown, name: ClaimName): unknown {
  let value = payload;
  for (const step of typeof name === 'string' ? [name] : name) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
