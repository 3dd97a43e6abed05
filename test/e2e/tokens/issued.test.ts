import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { TokenOrder } from '../../../src/caller/own-token.ts';
import { issueToken } from '../../../src/tokens/issue.ts';
import { rotateKeys } from '../../../src/tokens/rotate.ts';
import { inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { startTestGateway, type Answered } from '../../fixtures/gateway.ts';
import { askWith, atDesk, issueFor, lineOf, ownIssuer, type TestToken } from '../../fixtures/issuing.ts';

let company: TestCompany;
let line: ReturnType<typeof lineOf>;
beforeAll(async () => {
  company = await startCompany();
  line = lineOf(company.gateway);
});
afterAll(() => company.stop());

const ask = (token: Pick<TestToken, 'token'>, number?: string): Promise<Answered> => askWith(company.gateway, token, number);

/** What a token for Acme is made of, now. */
function anOrder(given: Partial<TokenOrder> = {}): TokenOrder {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return {
    id: randomUUID(), subject: 'acme-crm', audience: 'acme', roles: ['partner-acme'], scopes: ['customer:read'], purposes: ['partner.share.acme'], customers: ['10001'],
    limits: {}, issuedAt: now, notBefore: now, expiresAt: now + 60_000, ...given,
  };
}

describe('a token that the gateway has issued', () => {
  test('lets the partner see the customers that it names, and no others, until it is revoked by its id alone', async () => {
    const issued = await issueFor(line, '--customer', '10002');
    const { data, errors } = await ask(issued);
    expect(errors).toEqual([]);
    expect(data).toEqual({ customer: { number: '10001', profile: { name: expect.any(String) } } });
    expect((await ask(issued, '10002')).data.customer.number).toBe('10002');
    expect((await ask(issued, '10003')).data).toEqual({ customer: null });
    expect(await line.run('token', 'revoke', '--id', issued.id, '--actor', 'bob')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('revoked') });
    expect(await ask(issued)).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(inStore(company.gateway, 'SELECT issuer, actor FROM revocation')).toEqual([{ issuer: ownIssuer, actor: 'bob' }]);
  });

  test('is for the purposes that it names', async () => {
    const { token } = await issueFor(line);
    const { status, errors } = await company.gateway.ask('{ customer(by: { number: "10001" }) { number } }', { token, headers: { 'x-purpose': 'service.support' } });
    expect([status, errors[0]?.extensions['code']]).toEqual([403, 'PURPOSE_NOT_ALLOWED']);
  });

  test('sees nothing beyond its audience, nor without the scope that policies ask for', async () => {
    const { token } = await issueFor(line);
    expect((await company.gateway.ask('{ sources { key } }', { token })).errors[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
    const order = ['token', 'issue', '--audience', 'acme', '--subject', 'x', '--purpose', 'partner.share.acme', '--expires', '1h', '--customer', '10001'];
    expect((await ask({ token: (await line.run(...order)).out.trim() })).data?.customer ?? null).toBeNull();
  });

  test('is verified by anybody with the published key set, which may be kept for a while', async () => {
    const { token, id, keyId } = await issueFor(line);
    const response = await fetch(`${company.gateway.url}/.well-known/jwks.json`);
    expect(Object.fromEntries(['content-type', 'cache-control'].map((name) => [name, response.headers.get(name)]))).toEqual({
      'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=300',
    });
    const { keys } = await response.json() as { readonly keys: readonly Record<string, string>[] };
    const jwk = keys.find(({ kid }) => kid === keyId) ?? {};
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    const claims = jwt.verify(token, createPublicKey({ key: jwk, format: 'jwk' }), { algorithms: ['ES256'], issuer: ownIssuer, audience: 'customer360' });
    expect(claims).toEqual({
      iss: ownIssuer, aud: 'customer360', sub: 'acme-crm', jti: id, kind: 'partner', view: 'acme', roles: ['partner-acme'], scope: 'customer:read',
      purposes: ['partner.share.acme'], customers: ['10001'], iat: expect.any(Number), nbf: expect.any(Number), exp: expect.any(Number),
    });
    const again = await fetch(`${company.gateway.url}/.well-known/jwks.json`, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetch(`${company.gateway.url}/.well-known/jwks.json`, { method: 'POST' })).status).toBe(405);
  });

  test('is kept nowhere, and no private key lies open', async () => {
    const issued = await issueFor(line);
    await ask(issued);
    await line.json('token', 'list');
    const files = (await readdir(company.gateway.folder)).filter((name) => name.startsWith('store.sqlite'));
    const kept = Buffer.concat(await Promise.all(files.map((name) => readFile(join(company.gateway.folder, name)))));
    const signature = issued.token.split('.')[2] ?? '';
    const der = await atDesk(company.gateway, async ({ store, trust, mint }) => {
      const [key] = (await store.signingKeys.list(trust.issuer)).flatMap((one) => mint.privateKey(one) ?? []);
      return key?.export({ format: 'der', type: 'pkcs8' }) ?? Buffer.from('none');
    });
    expect(der.length).toBeGreaterThan(100);
    for (const text of [signature, issued.token.split('.')[1] ?? '', der.toString('base64url').slice(0, 60), 'PRIVATE KEY', 't'.repeat(32)]) {
      expect(kept.includes(text)).toBe(false);
      expect(company.gateway.log()).not.toContain(text);
    }
    expect(kept.includes(der.subarray(30, 68))).toBe(false);
    expect(kept.includes(issued.id)).toBe(true);
  });
});

describe('a genuine token is refused', () => {
  const day = 86_400_000;

  test.each<[string, Partial<TokenOrder>, Parameters<typeof atDesk>[2]]>([
    ['that has expired', { issuedAt: Date.now() - day, notBefore: Date.now() - day, expiresAt: Date.now() - day / 2 }, {}],
    ['that does not hold yet', { notBefore: Date.now() + day, expiresAt: Date.now() + 2 * day }, {}],
    ['that lives longer than the deployment lets tokens live', { expiresAt: Date.now() + 91 * day }, { longestLifetime: 365 * day }],
    ['that is for an audience without a schema', { audience: 'globex' }, {}],
    ['that is for the company itself', { audience: 'internal' }, {}],
    ['whose key was made with another secret', {}, { keySecret: 'o'.repeat(32) }],
  ])('%s', async (_, given, desk) => {
    const token = await atDesk(company.gateway, async (opened) => {
      if (desk?.keySecret !== undefined) await rotateKeys(opened, 'eve');
      const issued = await issueToken(opened, anOrder(given), { actor: 'eve', record: async () => undefined });
      return issued.kind === 'issued' ? issued.token : issued.kind;
    }, desk);
    expect(token).toMatch(/^eyJ/);
    expect(await ask({ token })).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    // The company's own secret signs again.
    if (desk?.keySecret !== undefined) await atDesk(company.gateway, (opened) => rotateKeys(opened, 'ada'));
  });

  test('by a deployment that issues none: it publishes no keys either', async () => {
    const issued = await issueFor(line);
    const { files, env } = company.setup;
    const text = (await readFile(join(company.gateway.folder, 'customer360.yaml'), 'utf8')).replace(/^tokens:\n(?: .*\n)+/m, '');
    const other = await startTestGateway({ files: { ...files, 'customer360.yaml': text }, env: { ...env, STORE_FILE: join(company.gateway.folder, 'store.sqlite') } });
    try {
      expect([(await askWith(other, issued)).status, (await fetch(`${other.url}/.well-known/jwks.json`)).status]).toEqual([401, 404]);
    } finally {
      await other.stop();
    }
    expect((await ask(issued)).status).toBe(200);
  });
});

describe('a forged token is refused', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let genuine: TestToken;
  beforeAll(async () => {
    genuine = await issueFor(line);
  });
  const claimsNow = (): Record<string, unknown> => {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: ownIssuer, aud: 'customer360', sub: 'acme-crm', jti: randomUUID(), kind: 'partner', view: 'acme', roles: ['partner-acme'], scope: 'customer:read',
      purposes: ['partner.share.acme'], customers: ['10001'], iat: now, nbf: now, exp: now + 60,
    };
  };

  test.each<[string, (genuine: TestToken) => string]>([
    ['with the id of a genuine key', ({ keyId }) => jwt.sign(claimsNow(), privateKey, { algorithm: 'ES256', keyid: keyId })],
    ['with an invented id of a key', () => jwt.sign(claimsNow(), privateKey, { algorithm: 'ES256', keyid: 'f'.repeat(40) })],
    ['without an id of a key', () => jwt.sign(claimsNow(), privateKey, { algorithm: 'ES256' })],
    ['with the public key as a secret', ({ keyId }) => jwt.sign(claimsNow(), 'x'.repeat(64), { algorithm: 'HS256', keyid: keyId })],
    ['with more customers than were signed', ({ token }) => {
      const [head = '', payload = '', signature = ''] = token.split('.');
      const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), customers: ['10001', '10003'] };
      return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    }],
  ])('%s', async (_, forge) => {
    expect((await ask(genuine)).status).toBe(200);
    expect((await ask({ token: forge(genuine) })).status).toBe(401);
  });

  test('signed by a key that somebody has put into the store without knowing the secret', async () => {
    const { keyId } = genuine;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicKey = JSON.stringify(pair.publicKey.export({ format: 'jwk' }));
    await atDesk(company.gateway, async ({ store }) => store.signingKeys.add({
      issuer: ownIssuer, id: 'a'.repeat(40), publicKey, proof: 'x', sealed: undefined, madeAt: Date.now(), madeBy: 'eve', lastExpiry: undefined, retired: undefined, withdrawn: undefined,
    }));
    // In the place of a genuine key, too.
    const before = inStore(company.gateway, `SELECT public_key FROM signing_key WHERE id = '${keyId}'`)[0]?.['public_key'];
    inStore(company.gateway, `UPDATE signing_key SET public_key = '${publicKey}' WHERE id = '${keyId}'`);
    try {
      const other = await startTestGateway({ ...company.setup, env: { ...company.setup.env, STORE_FILE: join(company.gateway.folder, 'store.sqlite') } });
      try {
        for (const keyid of ['a'.repeat(40), keyId]) {
          expect((await askWith(other, { token: jwt.sign(claimsNow(), pair.privateKey, { algorithm: 'ES256', keyid }) })).status).toBe(401);
        }
        await other.logged('is not believed');
      } finally {
        await other.stop();
      }
    } finally {
      inStore(company.gateway, `UPDATE signing_key SET public_key = '${String(before)}' WHERE id = '${keyId}'`);
      inStore(company.gateway, `DELETE FROM signing_key WHERE id = '${'a'.repeat(40)}'`);
    }
  });
});
