import { describe, expect, test } from '@jest/globals';
import { issuersShape } from '../../../src/caller/issuers.ts';
import { collectFaults, faultLine } from '../../../src/parse/faults.ts';
import { parse } from '../../../src/parse/parse.ts';
import { idp, issuersOf, secretText } from './fixtures.ts';

const plain = { issuer: idp, audience: 'customer360', algorithms: ['RS256'], keys: { jwksFile: 'keys.json' }, kinds: ['staff'] };

describe('issuers', () => {
  test('have defaults for all that is left out', () => {
    expect(issuersShape.parse([plain])[0]).toEqual({
      issuer: idp,
      audience: ['customer360'],
      algorithms: ['RS256'],
      keys: { kind: 'jwksFile', file: 'keys.json' },
      kinds: ['staff'],
      claims: { kind: 'kind', roles: 'roles', scopes: 'scope', purposes: 'purposes', customers: 'customers', regions: 'regions', audience: 'view' },
      fixed: { clients: {} },
      clockSkew: 30_000,
      jwksCache: 600_000,
      jwksGrace: 3_600_000,
    });
  });

  test.each([['https://idp.example/keys'], ['http://127.0.0.1:8080/keys'], ['http://localhost/keys'], ['http://[::1]/keys']])(
    'may publish their keys at %s',
    (jwksUrl) => {
      expect(issuersShape.safeParse([{ ...plain, keys: { jwksUrl } }]).success).toBe(true);
    },
  );

  test('do not show their secret', () => {
    expect(JSON.stringify(issuersOf({}))).not.toContain(secretText);
  });

  const refused: readonly [string, unknown, string][] = [
    ['no issuer', [], ''],
    ['an issuer twice', [plain, plain], '[1].issuer'],
    ['no algorithm', [{ ...plain, algorithms: [] }], '[0].algorithms'],
    ['the algorithm none', [{ ...plain, algorithms: ['none'] }], '[0].algorithms[0]'],
    ['an algorithm that cannot be verified', [{ ...plain, algorithms: ['EdDSA'] }], '[0].algorithms[0]'],
    ['HS256 with public keys', [{ ...plain, algorithms: ['RS256', 'HS256'] }], '[0].algorithms'],
    ['RS256 with a secret', [{ ...plain, keys: { secret: secretText } }], '[0].algorithms'],
    ['a secret of 31 bytes', [{ ...plain, algorithms: ['HS256'], keys: { secret: 'x'.repeat(31) } }], '[0].keys.secret'],
    ['no keys', [{ ...plain, keys: {} }], '[0].keys'],
    ['two sorts of keys', [{ ...plain, keys: { jwksFile: 'a', jwksUrl: 'https://idp.example' } }], '[0].keys'],
    ['keys over plain http', [{ ...plain, keys: { jwksUrl: 'http://idp.example/keys' } }], '[0].keys.jwksUrl'],
    ['a host that only looks like loopback', [{ ...plain, keys: { jwksUrl: 'http://127.0.0.1.example/keys' } }], '[0].keys.jwksUrl'],
    ['no audience', [{ ...plain, audience: [] }], '[0].audience'],
    ['an empty audience', [{ ...plain, audience: '' }], '[0].audience'],
    ['no kinds', [{ ...plain, kinds: [] }], '[0].kinds'],
    ['an unknown kind', [{ ...plain, kinds: ['admin'] }], '[0].kinds[0]'],
    ['a fixed kind that it may not vouch for', [{ ...plain, fixed: { kind: 'partner' } }], '[0].fixed.kind'],
    ['such a kind for a client', [{ ...plain, fixed: { clients: { app: { kind: 'partner' } } } }], '[0].fixed.clients.app.kind'],
    ['a clock skew of an hour', [{ ...plain, clockSkew: '1h' }], '[0].clockSkew'],
    ['a setting that does not exist', [{ ...plain, allowInsecure: true }], '[0]'],
  ];
  test.each(refused)('with %s are refused', (_name, text, path) => {
    const faults = collectFaults('customer360.yaml');
    expect(parse(issuersShape, text, faults)).toBeUndefined();
    expect(faults.all().map((fault) => fault.path)).toEqual([path]);
    expect(faults.all().map(faultLine).join()).not.toContain('xxx');
  });
});
