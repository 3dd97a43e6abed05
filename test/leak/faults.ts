import type { Random } from './random.ts';

/** How a source fails where one customer's data is asked for. What it says then is full of values. */
export const faultNames = [
  'timeout', 'status 500', 'status 503 with values', 'said error', 'broken JSON', 'a page for people', 'another key', 'no key', 'wrong types', 'twice', 'rate limit', 'redirect', 'cut off',
] as const;
export type Fault = (typeof faultNames)[number];

/** Of each source, how it fails for one customer; mostly it does not. */
export function someFaults(random: Random): Readonly<Record<string, Fault>> {
  return Object.fromEntries(random.some(['crm', 'billing', 'desk'], 0.4).map((source) => [source, random.pick(faultNames)]));
}
