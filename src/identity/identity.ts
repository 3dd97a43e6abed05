import type { SourceError } from '../errors.ts';
import type { CustomerId, SourceKey, SourceName } from '../ids.ts';
import type { Row } from '../connectors/connector.ts';
import type { IdentifierName } from '../config/gateway-file.ts';
import type { LinkedCustomer } from '../store/links.ts';

/** How a caller names a customer. */
export type CustomerKey =
  | { readonly kind: 'id'; readonly value: CustomerId }
  | { readonly kind: IdentifierName; readonly value: string }
  | { readonly kind: 'external'; readonly namespace: string; readonly value: string };

export type Resolution =
  | { readonly kind: 'customer'; readonly customer: LinkedCustomer }
  | { readonly kind: 'unknown' }
  /** More than one customer answers to the key. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'failed'; readonly error: SourceError };

export type KeyOutcome =
  | { readonly kind: 'linked'; readonly key: SourceKey }
  | { readonly kind: 'notLinked' }
  | { readonly kind: 'failed'; readonly error: SourceError };

/**
 * Who is who, for one request. The stored link is the key. Where there is none, identifiers that the deployment declares
 * trustworthy find the record, and the link is stored with its evidence; what is ambiguous is not linked.
 */
export interface Identity {
  /** Resolves a key, asking sources where nothing is stored. */
  resolve(key: CustomerKey): Promise<Resolution>;
  /** Resolves a key by stored links alone: nothing is asked of a source and nothing comes to be. */
  stored(key: CustomerKey): Promise<Resolution>;
  /** The customer of a record that a source has just given; minted when nobody is known to have it. */
  adopt(source: SourceName, row: Row): Promise<Resolution>;
  /** A customer's key in a source. */
  keyOf(customer: LinkedCustomer, source: SourceName): Promise<KeyOutcome>;
}
