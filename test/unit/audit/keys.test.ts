import { describe, expect, test } from '@jest/globals';
import { openAuditKeys } from '../../../src/audit/keys.ts';
import { secret } from '../../../src/secret.ts';

const [old, recent] = [{ id: 'old', key: secret('o'.repeat(32)) }, { id: 'recent', key: secret('r'.repeat(32)) }];

describe('the pseudonyms of a subject', () => {
  test('are one for each key, the current one\'s first, so that they are known again after a change of keys', () => {
    const [before] = openAuditKeys([old]).pseudonyms('i', 's');
    const after = openAuditKeys([recent, old]).pseudonyms('i', 's');
    expect(after).toEqual([openAuditKeys([recent]).pseudonyms('i', 's')[0], before]);
    expect(new Set(after).size).toBe(2);
  });

  test('tell issuers and subjects apart, and are no codes of entries', () => {
    const { current, pseudonyms } = openAuditKeys([old]);
    const all = [['i', 's'], ['i', 't'], ['j', 's'], ['is', ''], ['', 'is']].map(([issuer = '', subject = '']) => pseudonyms(issuer, subject)[0]);
    expect(new Set([...all, current.code(JSON.stringify(['i', 's']))]).size).toBe(6);
  });
});
