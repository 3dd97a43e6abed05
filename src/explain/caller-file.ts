import { z } from 'zod';
import { callerKinds, type Caller } from '../caller/caller.ts';
import { audienceOf } from '../caller/claims.ts';
import type { Faults } from '../parse/faults.ts';
import { parse } from '../parse/parse.ts';

const names = z.array(z.string().min(1)).default([]);

const callerShape = z.strictObject({
  kind: z.enum(callerKinds),
  roles: names,
  scopes: names,
  audience: z.string().optional(),
  purposes: z.array(z.string()).optional(),
  regions: names,
  customers: names,
});

/** The words of a deployment that a caller's file may use. */
export interface CallerWords {
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
  readonly audiences: readonly string[];
  readonly issuers: readonly { readonly issuer: string; readonly kinds: readonly string[] }[];
}

/** A caller as a token of one of the deployment's issuers would make her; undefined where the file has faults, which are noted. */
export function readCallerFile(input: unknown, words: CallerWords, faults: Faults): Caller | undefined {
  const before = faults.all().length;
  const given = parse(callerShape, input, faults);
  if (given === undefined) return undefined;
  const { kind, customers } = given;
  const known = (path: string, list: readonly string[], expected: readonly string[]): void => list.forEach((one, index) => {
    if (!expected.includes(one)) faults.add(`${path}[${index}]`, `expected one of ${expected.join(', ')}, got ${JSON.stringify(one)}`);
  });
  known('roles', given.roles, words.roles);
  known('purposes', given.purposes ?? [], words.purposes);
  const audience = audienceOf(kind, given.audience ?? (kind === 'partner' ? '' : undefined));
  if (audience === undefined) faults.add('audience', `a ${kind} has no view ${JSON.stringify(given.audience)}`);
  else if (!words.audiences.includes(audience)) {
    faults.add('audience', audience === '' ? `missing; expected one of ${words.audiences.join(', ')}` : `expected one of ${words.audiences.join(', ')}, got ${JSON.stringify(audience)}`);
  }
  const issuer = words.issuers.find(({ kinds }) => kinds.includes(kind))?.issuer;
  if (issuer === undefined) faults.add('kind', `no issuer of the deployment vouches for a ${kind}`);
  const ofAll = kind === 'staff' || kind === 'service';
  if (ofAll && customers.length > 0) faults.add('customers', 'expected none: the token of such a caller names no customers');
  if (faults.all().length > before || audience === undefined || issuer === undefined) return undefined;
  return {
    kind, audience, issuer, subject: 'assumed', tokenId: undefined, client: undefined, actor: undefined,
    roles: [...new Set(given.roles)].sort(), scopes: given.scopes, purposes: given.purposes, customers: ofAll ? 'all' : customers,
    regions: [...new Set(given.regions)].sort(), expiresAt: Number.POSITIVE_INFINITY,
  };
}
