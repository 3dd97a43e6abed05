import { customerId, type CustomerId } from '../../ids.ts';
import type { AccessRecord } from '../access.ts';
import type { AuditPlace, AuditRecord } from '../audit-log.ts';
import type { Erased } from '../erasure.ts';
import type { FactRecord } from '../facts.ts';
import type { IssuedToken } from '../issued-tokens.ts';
import type { Link, LinkName, NewLink, Unlinked } from '../links.ts';
import type { Revocation } from '../revocations.ts';
import type { KeyAct, SigningKey } from '../signing-keys.ts';
import type { LinkEvent } from '../stewardship.ts';
import type { TrustedDocument } from '../trusted-documents.ts';
import type { Stored } from './table.ts';

export interface CustomerDocument extends Stored {
  readonly createdAt: number;
  readonly mergedInto: CustomerId | null;
}

/** Its id is its name, so that a name has one owner. */
export interface LinkDocument extends Stored, Link {
  readonly customer: CustomerId;
  /** Unique for a customer: the namespace, and of a key that is about to replace another one something else. */
  readonly slot: string;
}

export interface UnlinkedDocument extends Stored, Unlinked {}

export interface BarDocument extends Stored, LinkName {
  readonly customer: CustomerId;
}

export interface FactDocument extends Stored, Omit<FactRecord, 'id'> {}

export interface EventDocument extends Stored, Omit<LinkEvent, 'id'> {}

/** A change that has begun and not ended; its id tells the change. */
export interface DraftDocument extends Stored {
  readonly event: LinkEvent;
}

/** What it is found by stands beside the record. */
export interface AccessDocument extends Stored, Pick<AccessRecord, 'request' | 'ends' | 'at'> {
  readonly issuer: string;
  readonly subject: string;
  readonly record: AccessRecord;
}

/** Its id is its place, and sorts like it. */
export interface AuditDocument extends Stored, AuditRecord {}

export interface RevocationDocument extends Stored, Omit<Revocation, 'id'> {
  readonly token: string;
}

/** What is not there is null, so that it can be looked for. */
export interface KeyDocument extends Stored, Pick<SigningKey, 'issuer' | 'publicKey' | 'proof' | 'madeAt' | 'madeBy'> {
  readonly key: string;
  readonly sealed: string | null;
  readonly lastExpiry: number | null;
  readonly retired: KeyAct | null;
  readonly withdrawn: KeyAct | null;
}

export interface TokenDocument extends Stored, Omit<IssuedToken, 'id'> {
  readonly token: string;
}

/** That a key will sign a token that lives until then. */
export interface KeyUseDocument extends Stored {
  readonly key: string;
  readonly until: number;
}

/** What one process has taken of a quota; `end` is how much is given away with it. */
export interface GrantDocument extends Stored {
  readonly quota: string;
  readonly period: number;
  readonly end: number;
}

export interface TrustedStored extends Stored, Omit<TrustedDocument, 'id'> {
  readonly document: string;
}

/** Its id is the customer's. */
export interface ErasedDocument extends Stored, Omit<Erased, 'customer'> {}

/** The id of what is told by several texts. JSON keeps every character of each, and them apart. */
export const idOf = (...parts: readonly string[]): string => JSON.stringify(parts);

/** A link as it is kept. */
export function linkDocument(customer: CustomerId, { namespace, value, method, verified, from, evidence, actor }: NewLink, seen: { readonly first: number; readonly last: number }, slot = namespace): LinkDocument {
  return {
    _id: idOf(namespace, value), customer, slot, namespace, value, method, verified,
    ...(from === undefined ? {} : { from: { namespace: from.namespace, value: from.value } }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(actor === undefined ? {} : { actor }),
    firstSeenAt: seen.first, lastSeenAt: seen.last,
  };
}

/** A link as it is told. */
export function linkOf({ namespace, value, method, verified, from, evidence, actor, firstSeenAt, lastSeenAt }: LinkDocument): Link {
  return {
    namespace, value, method, verified,
    ...(from === undefined ? {} : { from }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(actor === undefined ? {} : { actor }),
    firstSeenAt, lastSeenAt,
  };
}

/** What is unlinked, as it is kept. */
export function unlinkedDocument({ customer, source, reason, identifier, candidates, notedAt, until }: Unlinked): UnlinkedDocument {
  return {
    _id: idOf(customer, source), customer, source, reason,
    ...(identifier === undefined ? {} : { identifier }),
    candidates: candidates.map(({ namespace, value }) => ({ namespace, value })),
    notedAt, until,
  };
}

/** What is unlinked, as it is told. */
export function unlinkedOf({ customer, source, reason, identifier, candidates, notedAt, until }: UnlinkedDocument): Unlinked {
  return { customer, source, reason, ...(identifier === undefined ? {} : { identifier }), candidates, notedAt, until };
}

/** A bar as it is kept. */
export function barDocument(customer: CustomerId, { namespace, value }: LinkName): BarDocument {
  return { _id: idOf(customer, namespace, value), customer, namespace, value };
}

/** A fact as it is kept. */
export function factDocument({ id, customer, fact, recordedAt, actor, requestId }: FactRecord): FactDocument {
  return { _id: id, customer, fact, recordedAt, actor, ...(requestId === undefined ? {} : { requestId }) };
}

/** A fact as it is told. */
export function factOf({ _id, ...record }: FactDocument): FactRecord {
  return { id: _id, ...record };
}

/** An event as it is kept. */
export function eventDocument({ id, ...event }: LinkEvent): EventDocument {
  return { _id: id, ...event };
}

/** An event as it is told. */
export function eventOf({ _id, ...event }: EventDocument): LinkEvent {
  return { id: _id, ...event };
}

/** What was said of a request for access, as it is kept. */
export function accessDocument(record: AccessRecord): AccessDocument {
  const { id, request, ends, at, holder: { issuer, subject } } = record;
  return { _id: id, request, ends, at, issuer, subject, record };
}

/** What was said of a request for access, as it is told. */
export function accessRecordOf({ record }: AccessDocument): AccessRecord {
  return record;
}

/** An entry of the audit trail, as it is kept. */
export function auditDocument(record: AuditRecord): AuditDocument {
  return { _id: auditId(record), ...record };
}

/** The id of an entry of the audit trail. */
export function auditId({ chain, seq }: AuditPlace): string {
  return `${chain} ${String(seq).padStart(12, '0')}`;
}

/** An entry of the audit trail, as it is told. */
export function auditRecordOf({ chain, seq, kind, at, purpose, customers, key, previous, digest, mac, entry }: AuditDocument): AuditRecord {
  return { chain, seq, kind, at, purpose, customers, key, previous, digest, mac, entry };
}

/** A signing key as it is kept. */
export function keyDocument({ issuer, id, publicKey, proof, sealed, madeAt, madeBy, lastExpiry, retired, withdrawn }: SigningKey): KeyDocument {
  return {
    _id: idOf(issuer, id), issuer, key: id, publicKey, proof, madeAt, madeBy,
    sealed: sealed ?? null, lastExpiry: lastExpiry ?? null, retired: retired ?? null, withdrawn: withdrawn ?? null,
  };
}

/** A signing key as it is told. */
export function signingKeyOf({ issuer, key, publicKey, proof, madeAt, madeBy, sealed, lastExpiry, retired, withdrawn }: KeyDocument): SigningKey {
  return {
    issuer, id: key, publicKey, proof, madeAt, madeBy,
    sealed: sealed ?? undefined, lastExpiry: lastExpiry ?? undefined, retired: retired ?? undefined, withdrawn: withdrawn ?? undefined,
  };
}

/** An issued token as it is kept. */
export function tokenDocument({ id, ...token }: IssuedToken): TokenDocument {
  return { _id: idOf(token.issuer, id), token: id, ...token };
}

/** An issued token as it is told. */
export function tokenOf({ _id, token, ...rest }: TokenDocument): IssuedToken {
  return { id: token, ...rest };
}

/** A trusted document as it is kept. */
export function trustedDocument({ audience, id, hash, text, publishedAt, publishedBy }: TrustedDocument): TrustedStored {
  return { _id: idOf(audience, id), document: id, audience, hash, text, publishedAt, publishedBy };
}

/** A trusted document as it is told. */
export function trustedOf({ _id, document, ...rest }: TrustedStored): TrustedDocument {
  return { id: document, ...rest };
}

/** That a customer was erased, as it is kept. */
export function erasedDocument({ customer, root, at }: Erased): ErasedDocument {
  return { _id: customer, root, at };
}

/** That a customer was erased, as it is told. */
export function erasedOf({ _id, root, at }: ErasedDocument): Erased {
  return { customer: customerId(_id), root, at };
}

/** A new customer, whom nobody was merged with. */
export function newCustomer(id: string, createdAt: number): CustomerDocument {
  return { _id: customerId(id), createdAt, mergedInto: null };
}
