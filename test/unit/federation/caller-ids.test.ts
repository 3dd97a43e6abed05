import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeCallerIds, type CallerIds } from '../../../src/federation/caller-ids.ts';
import { secret } from '../../../src/secret.ts';

const idsOf = makeCallerIds(secret('p'.repeat(32)));
const partner = (audience: string, issuer = 'https://login.example'): CallerIds => idsOf({ kind: 'partner', audience, issuer });
const [acme, apex] = [partner('acme'), partner('apex')];
const nobody = '\u0000';
const anId = fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 80 }), fc.string({ minLength: 1, unit: 'grapheme' }));

describe('a partner\'s ids', () => {
  test('lead back to what they are of, and are the same every time', () => {
    fc.assert(fc.property(anId, fc.constantFrom('customer', 'crm', 'billing'), (id, kind) => {
      const given = acme.give(kind, id);
      expect(acme.give(kind, id)).toBe(given);
      expect(acme.take(kind, given)).toBe(id);
      expect(given).toMatch(/^[A-Za-z0-9_-]+$/);
      if (id.length > 3) expect(Buffer.from(given, 'base64url').toString('latin1')).not.toContain(id);
    }));
  });

  test('are nobody\'s for another partner, as another kind, or under another key', () => {
    const others = makeCallerIds(secret('q'.repeat(32)))({ kind: 'partner', audience: 'acme', issuer: 'https://login.example' });
    fc.assert(fc.property(anId, (id) => {
      const given = acme.give('customer', id);
      expect([apex, partner('acme', 'https://login2.example'), others].map((ids) => ids.take('customer', given))).toEqual([nobody, nobody, nobody]);
      expect(acme.take('crm', given)).toBe(nobody);
      expect(apex.give('customer', id)).not.toBe(given);
    }));
  });

  test('are nobody\'s once a bit is changed, or spelt another way', () => {
    const given = acme.give('customer', 'c47c008d-e23a-4052-b853-bde1c657c053');
    const bytes = Buffer.from(given, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(acme.take('customer', changed.toString('base64url'))).toBe(nobody);
    }
    for (const spelt of [`${given}=`, ` ${given}`, given.slice(1), `${given}A`, bytes.toString('base64'), bytes.toString('hex')]) {
      if (spelt !== given) expect(acme.take('customer', spelt)).toBe(nobody);
    }
  });

  test('are nobody\'s when they are the gateway\'s own, or anything', () => {
    fc.assert(fc.property(fc.oneof(anId, fc.base64String(), fc.constant('')), (text) => {
      expect(acme.take('customer', text)).toBe(nobody);
    }));
  });

  test('tell no more of a length than blocks', () => {
    const lengths = new Set(Array.from({ length: 15 }, (_, at) => acme.give('crm', 'x'.repeat(at + 1)).length));
    expect(lengths.size).toBe(1);
  });
});

test.each(['staff', 'service', 'customer'] as const)('of a %s are what they are', (kind) => {
  const ids = makeCallerIds(undefined)({ kind, audience: 'internal', issuer: 'x' });
  expect([ids.give('customer', 'a'), ids.take('customer', 'a')]).toEqual(['a', 'a']);
});

test('without a key no partner is answered', () => {
  expect(() => makeCallerIds(undefined)({ kind: 'partner', audience: 'acme', issuer: 'x' })).toThrow('no key');
});
