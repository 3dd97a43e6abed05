import { describe, expect, test } from '@jest/globals';
import { makeCallerIds, type CallerIds } from '../../../../src/federation/caller-ids.ts';
import { customerKeyOf } from '../../../../src/federation/plan/customer-key.ts';
import { secret } from '../../../../src/secret.ts';

const idsOf = makeCallerIds(secret('p'.repeat(32)));
const partner = (audience: string): CallerIds => idsOf({ kind: 'partner', audience, issuer: 'https://login.example' });
const [acme, apex] = [partner('acme'), partner('apex')];
const staff = idsOf({ kind: 'staff', audience: 'internal', issuer: 'https://login.example' });
const id = 'c47c008d-e23a-4052-b853-bde1c657c053';

const byId = (text: string, ids: CallerIds): unknown => customerKeyOf({ key: { id: text }, placeOf: (below) => ['by', ...below] }, ids);
const byKey = (value: string, ids: CallerIds, namespace = 'crm'): unknown => customerKeyOf({ key: { external: { namespace, value } }, placeOf: (below) => ['by', ...below] }, ids);

describe('a partner', () => {
  test('names a customer and a record by the ids that it was given', () => {
    expect(byId(acme.give('customer', id), acme)).toMatchObject({ kind: 'key', key: { kind: 'id', value: id } });
    expect(byKey(acme.give('record crm', '4711'), acme)).toMatchObject({ kind: 'key', key: { kind: 'external', namespace: 'crm', value: '4711' } });
  });

  // One key for all of them: the store is read as often, and for the same.
  test.each<[string, string]>([
    ['another partner\'s', apex.give('customer', id)],
    ['the gateway\'s own', id],
    ['a record\'s', acme.give('record crm', id)],
    ['one that was changed', `${acme.give('customer', id).slice(0, -1)}_`],
  ])('looks for the same by %s id as by nonsense', (_, text) => {
    expect(byId(text, acme)).toEqual(byId('nonsense', acme));
  });

  test.each<[string, string]>([
    ['another partner\'s', apex.give('record crm', '4711')],
    ['the source\'s own', '4711'],
    ['another source\'s', acme.give('record billing', '4711')],
    ['a customer\'s', acme.give('customer', '4711')],
  ])('looks for the same by %s key as by nonsense', (_, value) => {
    expect(byKey(value, acme)).toEqual(byKey('nonsense', acme));
  });

  test('is told of an id that is too long to be one of its own', () => {
    expect(byId(acme.give('customer', '界'.repeat(256)), acme)).toMatchObject({ kind: 'key' });
    expect(byId('x'.repeat(acme.longest + 1), acme)).toMatchObject({ kind: 'malformed', error: { code: 'BAD_USER_INPUT' } });
  });
});

test('staff name customers and records as the gateway and the sources do', () => {
  expect(byId(id, staff)).toMatchObject({ key: { kind: 'id', value: id } });
  expect(byKey('4711', staff)).toMatchObject({ key: { kind: 'external', namespace: 'crm', value: '4711' } });
  expect(byId('x'.repeat(staff.longest + 1), staff)).toMatchObject({ kind: 'malformed' });
});
