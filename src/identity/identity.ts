import type { SourceError } from '../errors.ts';
import type { CustomerId, SourceKey, SourceName } from '../ids.ts';
import type { ReadResult, Row } from '../connectors/connector.ts';
import type { IdentifierName } from '../config/gateway-file.ts';
import type { Soon } from '../soon.ts';
import type { LinkedCustomer } from '../store/links.ts';

/** How a caller names a customer. A `token` key is the issuer and subject of the caller's own token. */
export type CustomerKey =
  | { readonly kind: 'id'; readonly value: CustomerId }
  | { readonly kind: IdentifierName; readonly value: string }
  | { readonly kind: 'external'; readonly namespace: string; readonly value: string }
  | { readonly kind: 'token'; readonly issuer: string; readonly subject: string };

export type Resolution =
  | { readonly kind: 'customer'; readonly customer: LinkedCustomer }
  | { readonly kind: 'unknown' }
  /** More than one customer answers to the key. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'failed'; readonly error: SourceError };

/** What a read gives once it is settled whose a record is that has moved. */
export type ReadInPlace = Exclude<ReadResult, { kind: 'moved' }>;

/** A customer's keys in a source: one, or one for each of the customers that were merged. */
export type KeysOutcome =
  | { readonly kind: 'linked'; readonly keys: readonly [SourceKey, ...SourceKey[]] }
  | { readonly kind: 'notLinked' }
  | { readonly kind: 'failed'; readonly error: SourceError };

/**
 * Who is who, for one request. The stored link is the key. Where there is none, identifiers that the deployment declares
 * trustworthy find the record, and the link is stored with its evidence; what is ambiguous is not linked but listed for review.
 */
export interface Identity {
  /** Resolves a key, asking sources where nothing is stored. */
  resolve(key: CustomerKey): Soon<Resolution>;
  /** Resolves a key by stored links alone: nothing is asked of a source and nothing comes to be. */
  stored(key: CustomerKey): Soon<Resolution>;
  /** Reads what is stored of many keys at once, ahead of those who resolve them. */
  ahead(keys: readonly CustomerKey[]): Promise<void>;
  /** The customer of a record that a source has just given; minted when nobody is known to have it. */
  adopt(source: SourceName, row: Row): Promise<Resolution>;
  /** A customer's keys in a source, that of her own record first. */
  keysOf(customer: LinkedCustomer, source: SourceName): Soon<KeysOutcome>;
  /** A record of hers that its source answers under another key: hers still, or a failure. The link follows it. */
  follow(customer: LinkedCustomer, source: SourceName, key: SourceKey, row: Row): Promise<ReadInPlace>;
  /** Stores that a token's subject is this customer. */
  bind(customer: LinkedCustomer, token: Extract<CustomerKey, { kind: 'token' }>): Promise<void>;
}
