import { describe, expect, test } from '@jest/globals';
import { readCaller } from '../../../src/caller/claims.ts';
import { idp, issuersOf, now, nowInSeconds, someClaims } from './fixtures.ts';

const everyKind = ['staff', 'service', 'partner', 'customer'];

function read(claims: Readonly<Record<string, unknown>>, issuerText: Readonly<Record<string, unknown>> = {}) {
  const [issuer] = issuersOf({ kinds: everyKind, ...issuerText });
  if (issuer === undefined) throw new Error('one issuer was given');
  return readCaller(someClaims(claims), { issuer, roles: new Set(['support', 'marketing']), now });
}

describe('claims', () => {
  test('become a caller', () => {
    const claims = {
      roles: ['support', 'marketing', 'support'],
      scope: 'openid  profile',
      purposes: ['service.support', 'marketing.email'],
      jti: 'token-1',
      regions: ['nordics', 'dach', 'nordics'],
      act: { sub: 'batch-1' },
    };
    expect(read(claims)).toEqual({
      kind: 'staff',
      subject: 'agent-7',
      issuer: idp,
      tokenId: 'token-1',
      actor: 'batch-1',
      roles: ['marketing', 'support'],
      scopes: ['openid', 'profile'],
      purposes: ['service.support', 'marketing.email'],
      audience: 'internal',
      customers: 'all',
      regions: ['dach', 'nordics'],
      expiresAt: now + 600_000,
    });
  });

  test('that are absent give nothing', () => {
    expect(read({ roles: undefined, purposes: undefined })).toMatchObject({
      roles: [],
      scopes: [],
      purposes: undefined,
      regions: [],
      tokenId: undefined,
      actor: undefined,
    });
  });

  test.each([[[]], [''], [' ']])('of no purpose (%j) are not the same as none about purposes', (purposes) => {
    expect(read({ purposes, scope: 'dpv:DirectMarketing' })?.purposes).toEqual([]);
  });

  test('give no role that the deployment does not declare', () => {
    expect(read({ roles: ['admin', 'support', '__proto__'] })?.roles).toEqual(['support']);
  });

  test('may be a single text instead of a list', () => {
    expect(read({ kind: 'customer', roles: 'support', purposes: 'a b', customers: 'C-1', regions: 'nordics  dach' })).toMatchObject({
      roles: ['support'],
      purposes: ['a', 'b'],
      customers: ['C-1'],
      regions: ['dach', 'nordics'],
    });
  });

  test.each(['partner', 'customer'])('never give a %s all customers', (kind) => {
    const view = kind === 'partner' ? 'acme' : 'self';
    expect(read({ kind, view })?.customers).toEqual([]);
    expect(read({ kind, view, customers: 'all' })?.customers).toEqual(['all']);
    expect(read({ kind, view, customers: ['C-1', 'C-2'] })?.customers).toEqual(['C-1', 'C-2']);
  });

  test.each(['staff', 'service'])('do not narrow the customers of %s', (kind) => {
    expect(read({ kind, customers: ['C-1'] })?.customers).toBe('all');
  });

  test.each([
    ['staff', undefined, 'internal'],
    ['service', undefined, 'internal'],
    ['staff', 'acme', 'acme'],
    ['customer', undefined, 'self'],
    ['customer', 'self', 'self'],
    ['partner', 'acme', 'acme'],
  ])('of %s with view %s see %s', (kind, view, audience) => {
    expect(read({ kind, view })?.audience).toBe(audience);
  });

  const refused: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a number as subject', { sub: 7 }],
    ['no expiry', { exp: undefined }],
    ['an unknown kind', { kind: 'admin' }],
    ['no kind', { kind: undefined }],
    ['a list of kinds', { kind: ['staff'] }],
    ['a number among the roles', { roles: ['support', 1] }],
    ['an object as roles', { roles: { support: true } }],
    ['a number as customers', { kind: 'customer', customers: 1 }],
    ['numbers as customers', { kind: 'customer', customers: [1] }],
    ['an empty customer number', { kind: 'customer', customers: [''] }],
    ['a number as region', { regions: 1 }],
    ['a number among the regions', { regions: ['dach', 1] }],
    ['an empty region', { regions: [''] }],
    ['null as regions', { regions: null }],
    ['null as purposes', { purposes: null }],
    ['a scope that is no text', { scope: 1 }],
    ['a token id that is no text', { jti: 1 }],
    ['an actor without subject', { act: {} }],
    ['an actor that is a text', { act: 'batch-1' }],
    ['a partner without view', { kind: 'partner' }],
    ['a partner with the inside view', { kind: 'partner', view: 'internal' }],
    ['a partner with the customer`s view', { kind: 'partner', view: 'self' }],
    ['a customer with the inside view', { kind: 'customer', view: 'internal' }],
    ['a customer with a partner`s view', { kind: 'customer', view: 'acme' }],
    ['staff with the customer`s view', { view: 'self' }],
    ['a view that is no text', { view: ['internal'] }],
  ];
  test.each(refused)('with %s are refused', (_name, claims) => {
    expect(read(claims)).toBeUndefined();
  });

  test('are refused for a kind that the issuer may not vouch for', () => {
    expect(read({ kind: 'staff' }, { kinds: ['partner', 'customer'] })).toBeUndefined();
  });

  test('are read under the names that the issuer uses, nested ones by their path', () => {
    const names = {
      kind: 'https://acme.example/kind',
      roles: ['realm_access', 'roles'],
      scopes: 'scp',
      purposes: 'why',
      customers: 'ids',
      regions: ['where', 'sales'],
      audience: 'seen_as',
    };
    const claims = {
      kind: 'staff',
      roles: ['marketing'],
      'https://acme.example/kind': 'partner',
      realm_access: { roles: ['support'] },
      scp: ['a'],
      why: ['b'],
      ids: ['C-1'],
      regions: ['nordics'],
      where: { sales: ['dach'] },
      seen_as: 'acme',
    };
    expect(read(claims, { claims: names })).toMatchObject({
      kind: 'partner',
      roles: ['support'],
      scopes: ['a'],
      purposes: ['b'],
      customers: ['C-1'],
      regions: ['dach'],
      audience: 'acme',
    });
  });

  test('are not looked for in what every object inherits', () => {
    expect(read({}, { claims: { roles: 'constructor' } })?.roles).toEqual([]);
  });

  describe('with fixed values', () => {
    const fixed = {
      kind: 'customer',
      roles: [],
      regions: ['nordics'],
      clients: { 'support-desk': { kind: 'service', roles: ['support'], purposes: ['service.support'], regions: ['nordics', 'dach'] } },
    };

    test('say nothing of what is fixed', () => {
      expect(read({ kind: 'staff', roles: ['support'], regions: ['dach'] }, { fixed })).toMatchObject({ kind: 'customer', roles: [], regions: ['nordics'] });
    });

    test.each(['client_id', 'azp'])('get those of their client, named by %s', (claim) => {
      expect(read({ [claim]: 'support-desk', purposes: ['ads'] }, { fixed })).toMatchObject({
        kind: 'service',
        roles: ['support'],
        purposes: ['service.support'],
        regions: ['dach', 'nordics'],
      });
    });

    test.each(['another', 'constructor', '__proto__'])('get no client`s when the client is %s', (client_id) => {
      expect(read({ client_id }, { fixed })?.kind).toBe('customer');
    });

    test('are refused when only clients have a kind and the client is another', () => {
      const clientsOnly = { clients: fixed.clients };
      expect(read({ kind: undefined, client_id: 'another' }, { fixed: clientsOnly })).toBeUndefined();
    });
  });

  describe('with a longest lifetime', () => {
    const issuer = { maxLifetime: '1h' };

    test('are accepted up to it', () => {
      expect(read({ iat: nowInSeconds, exp: nowInSeconds + 3600 }, issuer)).toBeDefined();
    });

    test.each([
      ['that is longer', { iat: nowInSeconds, exp: nowInSeconds + 3601 }],
      ['of unknown begin', { exp: nowInSeconds + 60 }],
      ['that begins in the future', { iat: nowInSeconds + 31, exp: nowInSeconds + 3600 }],
    ])('are refused with one %s', (_name, claims) => {
      expect(read(claims, issuer)).toBeUndefined();
    });
  });
});
