import { z } from 'zod';
import type { ArchiveRecord } from '../../store/archive.ts';
import { collectionMethods, consentStatuses } from '../../store/facts.ts';
import { linkMethods, unlinkedReasons } from '../../store/links.ts';
import { linkEventKinds } from '../../store/stewardship.ts';

const id = z.string();
const time = z.number();
const name = { namespace: z.string(), value: z.string() };
const linkName = z.strictObject(name);
const texts = z.array(z.string());
const keyAct = z.strictObject({ at: time, actor: z.string() });
const limit = z.strictObject({ requests: z.number(), per: z.number() });

const collected = { source: z.string(), method: z.enum(collectionMethods), at: time, evidence: z.string().optional() };
/** A fact with all that a decision rests on. What else it says is kept as it is written. */
const fact = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('consent'), ...collected, purpose: z.string(), channel: z.string().optional(), status: z.enum(consentStatuses),
    notice: z.looseObject({ id: z.string(), version: z.string() }).optional(), expiresAt: time.optional(),
  }),
  z.looseObject({ kind: z.literal('objection'), ...collected, purpose: z.string(), status: z.enum(['OBJECTED', 'LIFTED']) }),
  z.looseObject({ kind: z.literal('restriction'), ...collected, status: z.enum(['RESTRICTED', 'LIFTED']), except: z.array(z.string()) }),
  z.looseObject({
    kind: z.literal('relation'), ...collected, relation: z.enum(['PARTNER', 'REGION']), party: z.string(), status: z.enum(['HOLDS', 'ENDED']),
    expiresAt: time.optional(),
  }),
]);

const accessSaid = { id: z.string(), request: z.string(), holder: z.strictObject({ issuer: z.string(), subject: z.string() }), ends: time, at: time, actor: z.string() };

/** A record as a line of a backup. What the trails hold is kept as it is written: an entry of the past has the shape of its time. */
const recordShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('customer'), id, createdAt: time, mergedInto: id.optional() }),
  z.strictObject({
    kind: z.literal('link'), customer: id, ...name, method: z.enum(linkMethods), verified: z.boolean(), firstSeenAt: time, lastSeenAt: time,
    from: linkName.optional(), evidence: z.string().optional(), actor: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('unlinked'), customer: id, source: z.string(), reason: z.enum(unlinkedReasons), identifier: z.string().optional(),
    candidates: z.array(linkName), notedAt: time, until: time,
  }),
  z.strictObject({ kind: z.literal('bar'), customer: id, ...name }),
  z.strictObject({ kind: z.literal('fact'), id: z.string(), customer: id, fact, recordedAt: time, actor: z.string(), requestId: z.string().optional() }),
  z.strictObject({
    kind: z.literal('linkEvent'),
    event: z.looseObject({ id: z.string(), at: time, kind: z.enum(linkEventKinds), customer: id, other: id.optional(), actor: z.string(), evidence: z.string(), requestId: z.string() }),
  }),
  z.strictObject({
    kind: z.literal('access'),
    // All that a decision rests on.
    record: z.discriminatedUnion('kind', [
      z.looseObject({ kind: z.literal('requested'), ...accessSaid, fields: z.array(z.string()), purpose: z.string() }),
      z.looseObject({ kind: z.literal('approved'), ...accessSaid, fields: z.array(z.string()), until: time }),
      z.looseObject({ kind: z.enum(['refused', 'revoked', 'reviewed']), ...accessSaid }),
      z.looseObject({ kind: z.literal('emergency'), ...accessSaid, customer: id, purpose: z.string() }),
    ]),
  }),
  z.strictObject({
    kind: z.literal('auditEntry'),
    entry: z.strictObject({
      chain: z.string(), seq: z.int().min(1), kind: z.string(), at: time, purpose: z.string().optional(), customers: z.array(id),
      key: z.string(), previous: z.string(), digest: z.string(), mac: z.string(), entry: z.string().optional(),
    }),
  }),
  z.strictObject({ kind: z.literal('revocation'), issuer: z.string(), id: z.string(), at: time, actor: z.string() }),
  z.strictObject({
    kind: z.literal('signingKey'), issuer: z.string(), id, publicKey: z.string(), proof: z.string(), sealed: z.string().optional(), madeAt: time, madeBy: z.string(),
    lastExpiry: time.optional(), retired: keyAct.optional(), withdrawn: keyAct.optional(),
  }),
  z.strictObject({
    kind: z.literal('issuedToken'), issuer: z.string(), id, keyId: z.string(), subject: z.string(), audience: z.string(), roles: texts, scopes: texts, purposes: texts, customers: texts,
    limits: z.strictObject({ rate: limit.optional(), quota: limit.optional() }), issuedAt: time, notBefore: time, expiresAt: time, issuedBy: z.string(),
  }),
  z.strictObject({ kind: z.literal('trustedDocument'), audience: z.string(), id: z.string(), hash: z.string(), text: z.string(), publishedAt: time, publishedBy: z.string() }),
  z.strictObject({ kind: z.literal('erased'), customer: id, root: id, at: time }),
]);

/** The record that a parsed line holds, as it stands there; undefined when it is none. */
export function recordOf(line: unknown): ArchiveRecord | undefined {
  // What zod gives has its keys in another order, and entries of the trails are to stay as they were written.
  return recordShape.safeParse(line).success ? (line as ArchiveRecord) : undefined;
}
