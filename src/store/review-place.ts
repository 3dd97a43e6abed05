import type { Unlinked } from './links.ts';

/** Where a page of reviews ended, in the order of its three parts. */
export type ReviewPlace = readonly [notedAt: number, customer: string, source: string];

/** A place as the text that a page gives as `next`. */
export function writePlace({ notedAt, customer, source }: Unlinked): string {
  return JSON.stringify([notedAt, customer, source]);
}

/** The text of a place → the place. Anything that no page gave is a caller's mistake. */
export function readPlace(at: string): ReviewPlace {
  const parts: unknown = JSON.parse(at);
  const [notedAt, customer, source] = Array.isArray(parts) ? (parts as readonly unknown[]) : [];
  if (typeof notedAt === 'number' && typeof customer === 'string' && typeof source === 'string') return [notedAt, customer, source];
  throw new TypeError('a page\'s `at` is not one that this store gave');
}
