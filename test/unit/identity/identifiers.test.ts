import { describe, expect, test } from '@jest/globals';
import { sourceKey } from '../../../src/ids.ts';
import { identifiersOf } from '../../../src/identity/identifiers.ts';

const source = { identity: { entity: 'person', identifiers: new Map([['email', { from: 'email', verified: 'sure', find: 'email' }]] as const) } };
const verified = (sure: unknown): boolean | undefined =>
  identifiersOf(source, { key: sourceKey('1'), values: { email: 'Ada@X.example', sure }, fetchedAt: 0, stale: false }).get('email')?.verified;

describe('an address is verified', () => {
  test.each([true, 'true', 'TRUE', 'yes', 'Y', 't', '1', 1, 1_700_000_000, 1n, '2025-11-18T15:02:00Z', '2025-11-18', new Date(0)])('where the source says %p', (sure) => {
    expect(verified(sure)).toBe(true);
  });

  test.each([undefined, null, false, '', ' ', 'false', 'False', 'no', 'N', 'f', '0', '0.00', 0, 0n, -1, NaN, 'unverified', 'pending', 'AA==', {}, [], [true], new Date(NaN)])(
    'not where it says %p', (sure) => expect(verified(sure)).toBe(false),
  );
});
