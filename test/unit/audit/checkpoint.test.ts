import { expect, test } from '@jest/globals';
import { readCheckpoint, signCheckpoint } from '../../../src/audit/checkpoint.ts';
import { openAuditKeys } from '../../../src/audit/keys.ts';
import { secret } from '../../../src/secret.ts';

const one = { id: 'one', key: secret('1'.repeat(32)) };
const two = { id: 'two', key: secret('2'.repeat(32)) };
const keys = openAuditKeys([two, one]);
const checkpoint = { at: 7, ends: [{ chain: 'a', seq: 3, mac: 'ff' }] };
const signed = signCheckpoint(checkpoint, openAuditKeys([one]).current);

test('a checkpoint is what was signed, also by a key of before', () => {
  expect(readCheckpoint(signed, keys)).toEqual({ kind: 'sound', checkpoint });
  expect(signCheckpoint(checkpoint, openAuditKeys([one]).current)).toBe(signed);
});

test('a checkpoint is a compact JWS', () => {
  const [header = '', payload = ''] = signed.split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'EdDSA', kid: 'one', typ: 'customer360-checkpoint+jwt' });
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(checkpoint);
});

const [header = '', payload = '', signature = ''] = signed.split('.');
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
test.each<[string, string, string]>([
  ['says something else', `${header}.${encoded({ ...checkpoint, at: 8 })}.${signature}`, 'forged'],
  ['has no signature', `${header}.${payload}.`, 'forged'],
  ['has the signature of another key', signCheckpoint(checkpoint, { ...keys.current, id: 'one' }), 'forged'],
  ['asks for no signature', `${encoded({ alg: 'none', kid: 'one' })}.${payload}.`, 'malformed'],
  ['asks for another algorithm', `${encoded({ alg: 'HS256', kid: 'one' })}.${payload}.${signature}`, 'malformed'],
  ['is of a key that nobody knows', signCheckpoint(checkpoint, openAuditKeys([{ id: 'three', key: two.key }]).current), 'unknown key'],
  ['is something else', 'checkpoint', 'malformed'],
  ['has a part too many', `${signed}.x`, 'malformed'],
  ['binds no place', signCheckpoint({ at: 7, ends: [{ chain: 'a', seq: 0, mac: '' }] }, keys.current), 'malformed'],
])('one that %s binds nothing', (_, text, kind) => {
  expect(readCheckpoint(text, keys)).toMatchObject({ kind });
});
