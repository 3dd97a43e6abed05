import { drawFor } from './random.ts';

/** The sample company's systems. */
export type System = 'crm' | 'billing' | 'support';

/** A person's id in a system, whether that system knows her or not. Each system has its own kind of ids. */
export function copyId(system: System, index: number): string {
  switch (system) {
    case 'crm':
      return `0035g000${base62(scattered(index, 77_003), 7)}`;
    case 'billing':
      return `cus_${base62(scattered(index, 510_511), 6)}${drawFor('account', index).fill('********')}`;
    case 'support':
      return `36${String(scattered(index, 990_001)).padStart(10, '0')}`;
  }
}

/** The id of a person's `at`-th thing of a kind, such as `in_0kQ2xZ0007Tq3c`; no two are the same while `at` is below 200,000. */
export function thingId(prefix: string, index: number, at: number): string {
  return `${prefix}_${base62(scattered(index, 24_001), 6)}${base62(at, 3)}${drawFor(prefix, index, at).fill('*****')}`;
}

// Multiplying by a unit of a prime field gives every index another number: ids look random and never meet.
function scattered(index: number, offset: number): number {
  return ((index + 1) * 48_271 * 41 + offset) % 2_147_483_647;
}

function base62(value: number, length: number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = alphabet.charAt(rest % 62) + text;
  return text;
}
