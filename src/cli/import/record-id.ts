import { hash } from 'node:crypto';
import type { CustomerId } from '../../ids.ts';
import type { Fact } from '../../store/facts.ts';

/**
 * The id of what is said of a customer: the same for the same words, whoever records them and whenever.
 *
 * Before the hash stands the beginning of the customer's id, which is the time at which she was made. So the records of customers
 * who lie beside each other do too; by the million, those with hashes alone would touch all pages of their table.
 */
export function recordId(customer: CustomerId, fact: Fact): string {
  return `${customer.slice(0, timeLength)}-${hash('sha256', JSON.stringify([customer, inOrder(fact)]), 'base64url')}`;
}

/** Characters of a UUID of version 7 that are its time. */
const timeLength = 13;

/** What a value says, in an order that does not depend on how it was built; what is undefined is not said. */
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(inOrder);
  return Object.entries(value).filter(([, said]) => said !== undefined).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, said]) => [name, inOrder(said)]);
}
