import { expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalText } from '../../../src/audit/canonical.ts';
import type { AuditEntry } from '../../../src/audit/entry.ts';
import { aDisclosure } from '../../fixtures/audit.ts';

const text = fc.string({ unit: 'grapheme' });
const maybe = fc.option(text, { nil: undefined });
const texts = fc.array(text);
const denied = fc.array(fc.record({ reason: text, field: text }));
const told = fc.record({ permitted: texts, masked: fc.array(fc.record({ mask: text, field: text })), customers: texts, denied });
/** With names in an order that is not the canonical one. */
const disclosure: fc.Arbitrary<AuditEntry> = fc.record({
  kind: fc.constant('disclosure'), requestId: text,
  caller: fc.record({ tokenId: maybe, subject: text, roles: texts, kind: fc.constantFrom('staff', 'partner', 'customer', 'service'), issuer: text, audience: text, actor: maybe }),
  purpose: text, legalBasis: text, operation: fc.record({ sha256: text, name: maybe, kind: text }), asked: fc.record({ permitted: texts, masked: fc.array(fc.record({ mask: text, field: text })), denied }), told: fc.array(told),
  consents: fc.array(fc.record({ source: text, record: maybe, purpose: text, customer: text, at: fc.maxSafeInteger() })),
  access: texts, emergencies: texts, refused: texts, policyVersion: text, id: text, at: fc.maxSafeInteger(),
});
const outcome: fc.Arbitrary<AuditEntry> = fc.record({
  purpose: text, kind: fc.constant('outcome'), disclosures: texts, sources: fc.array(fc.record({ status: text, source: text })), id: text, at: fc.maxSafeInteger(),
});
const administration: fc.Arbitrary<AuditEntry> = fc.record({
  kind: fc.constant('administration'), actor: text, action: text, about: fc.dictionary(text, fc.oneof(text, fc.maxSafeInteger(), fc.boolean())), id: text, at: fc.maxSafeInteger(),
});

test('every entry is written in the canonical form of RFC 8785', () => {
  fc.assert(fc.property(fc.oneof(disclosure, outcome, administration), (entry) => {
    expect(canonicalText(entry)).toBe(canonicalize(entry));
  }));
});

test('half a character has no form, and the name of one has', () => {
  const entry = (subject: string): AuditEntry => ({ ...aDisclosure({ caller: { ...aDisclosure().caller, subject } }), id: 'x', at: 0 });
  expect(() => canonicalText(entry('\ud800'))).toThrow();
  expect(canonicalText(entry('\\ud800'))).toBe(canonicalize(entry('\\ud800')));
});
