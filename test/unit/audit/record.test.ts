import { expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { openAuditKeys } from '../../../src/audit/keys.ts';
import { codeOf } from '../../../src/audit/record.ts';
import { secret } from '../../../src/secret.ts';

const key = openAuditKeys([{ id: 'k', key: secret('k'.repeat(32)) }]).current;

test('the code of a record is made over its canonical form', () => {
  const text = fc.string({ unit: 'grapheme' });
  const proven = fc.record({
    chain: text, seq: fc.nat(), kind: text, at: fc.maxSafeInteger(), purpose: fc.option(text, { nil: undefined }), key: text, previous: text, digest: text,
  });
  fc.assert(fc.property(proven, (record) => {
    expect(codeOf(record, key)).toBe(key.code(canonicalize(record) ?? ''));
  }));
});
