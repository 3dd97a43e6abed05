import { ClientError } from '../../errors.ts';
import { coordinate, customerId, type Coordinate } from '../../ids.ts';
import type { CustomerKey } from '../../identity/identity.ts';
import { normalise } from '../../identity/identifiers.ts';
import { longestKey, recordsOf, type CallerIds } from '../caller-ids.ts';
import type { NamedCustomer } from './named-customers.ts';

/** What the caller asked for, or what is wrong with it. `searches` is the input field whose right is needed. */
export type AskedKey =
  | { readonly kind: 'key'; readonly key: CustomerKey; readonly searches: Coordinate }
  | { readonly kind: 'malformed'; readonly error: ClientError };

/** Reads a `CustomerKey`, which GraphQL has checked to name exactly one member. */
export function customerKeyOf({ key: input, placeOf }: NamedCustomer, ids: CallerIds): AskedKey {
  const [member = ''] = Object.keys(input);
  const value = input[member];
  const asked = (key: CustomerKey): AskedKey => ({ kind: 'key', key, searches: coordinate('CustomerKey', member) });
  const malformed = (expected: string, below: readonly string[] = [member]): AskedKey => ({
    kind: 'malformed',
    error: new ClientError('BAD_USER_INPUT', `${placeOf(below).join('.')}: expected ${expected}.`, { argumentPath: placeOf(below) }),
  });
  if (member === 'external') {
    const { namespace, value: key } = value as { readonly namespace: string; readonly value: string };
    if (!usable(namespace)) return malformed('the key of a source', ['external', 'namespace']);
    return usable(key, ids.longest) ? asked({ kind: 'external', namespace, value: ids.take(recordsOf(namespace), key) }) : malformed(`1 to ${ids.longest} characters`, ['external', 'value']);
  }
  const text = String(value);
  const longest = member === 'id' ? ids.longest : longestKey;
  if (!usable(text, longest)) return malformed(`1 to ${longest} characters`);
  switch (member) {
    case 'id':
      return asked({ kind: 'id', value: customerId(ids.take('customer', text)) });
    case 'number':
      return asked({ kind: 'number', value: text });
    case 'email':
      return normalise('email', text) === undefined ? malformed('an e-mail address') : asked({ kind: 'email', value: text });
    case 'phone':
      return normalise('phone', text) === undefined ? malformed('a phone number with its country, like +4512345678') : asked({ kind: 'phone', value: text });
    default:
      return malformed('id, number, email, phone or external', []);
  }
}

/** True for what may be a name of somebody in some system. */
export function usable(text: string, longest = longestKey): boolean {
  return text.trim() !== '' && text.length <= longest;
}
