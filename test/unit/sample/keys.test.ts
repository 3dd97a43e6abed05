import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { sampleCaller, sampleCallers, tokenFor } from '../../../sample/callers.ts';
import { openKeys } from '../../../sample/keys.ts';
import { at, listAt } from './client.ts';
import { now } from './systems.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sample-keys-')), 'data/sample');
});
afterEach(() => rm(join(folder, '../..'), { recursive: true }));

describe('the sample keys', () => {
  test('are made on first use and the same ever after', async () => {
    const keys = await openKeys(folder);
    expect(await openKeys(folder)).toEqual(keys);
    expect(Buffer.from(keys.cursorKey, 'base64url')).toHaveLength(32);
    expect(new Set([keys.cursorKey, keys.pairwiseKey, keys.auditKey, keys.tokenKeySecret, keys.crmToken, keys.billingKey, keys.supportToken]).size).toBe(7);
  });

  test('are the same for all who make them at once, and leave nothing else behind', async () => {
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => openKeys(folder)));
    for (const other of others) expect(other).toEqual(first);
    expect((await readdir(folder)).sort()).toEqual([
      'audit.key', 'billing.key', 'crm.token', 'cursor.key', 'issuer.key.pem', 'jwks.json', 'pairwise.key', 'support.token', 'token-key.secret',
    ]);
  });

  test('are for the owner alone, but for the public one', async () => {
    await openKeys(folder);
    const secret = (await readdir(folder)).filter((file) => file !== 'jwks.json');
    const modes = await Promise.all(secret.map(async (file) => (await stat(join(folder, file))).mode & 0o777));
    expect(modes).toEqual(secret.map(() => 0o600));
  });

  test('publish the public half of the issuer’s key and nothing of the private one', async () => {
    const { issuerKey, keyId } = await openKeys(folder);
    const [published, ...others] = listAt(JSON.parse(await readFile(join(folder, 'jwks.json'), 'utf8')), 'keys');
    const { kty, crv, x, y } = createPublicKey(issuerKey).export({ format: 'jwk' });
    expect([published, others]).toEqual([{ kty, crv, x, y, kid: keyId, alg: 'ES256', use: 'sig' }, []]);
  });

  test('publish anew what no longer fits the issuer’s key', async () => {
    await openKeys(folder);
    await writeFile(join(folder, 'jwks.json'), '{ "keys": [] }');
    const { keyId } = await openKeys(folder);
    expect(at(JSON.parse(await readFile(join(folder, 'jwks.json'), 'utf8')), 'keys.0.kid')).toBe(keyId);
  });

  test('are not made anew where they are broken', async () => {
    await openKeys(folder);
    await writeFile(join(folder, 'issuer.key.pem'), 'not a key');
    await expect(openKeys(folder)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OSSL/) });
    expect(await readFile(join(folder, 'issuer.key.pem'), 'utf8')).toBe('not a key');
  });
});

describe('the sample tokens', () => {
  test('are signed by the issuer for 12 hours, each with an id of its own', async () => {
    const keys = await openKeys(folder);
    const caller = sampleCaller('support') ?? never();
    const [one, other] = [tokenFor(caller, keys, () => now), tokenFor(caller, keys, () => now)];
    const { header, payload } = jwt.verify(one, createPublicKey(keys.issuerKey), {
      algorithms: ['ES256'], clockTimestamp: now / 1000, complete: true,
    });
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: keys.keyId });
    expect(payload).toMatchObject({
      iss: 'https://login.sample-company.example', aud: 'customer360', sub: 'yara@sample-company.example', iat: now / 1000,
      exp: now / 1000 + 43_200, kind: 'staff', roles: ['support'], purposes: ['service.support'],
    });
    expect(at(jwt.decode(other), 'jti')).not.toBe(at(payload, 'jti'));
  });

  test.each([
    ['marketing', { kind: 'staff', roles: ['marketing'], purposes: ['marketing.email'] }],
    ['support', { kind: 'staff', roles: ['support'], purposes: ['service.support'] }],
    [
      'partner',
      {
        kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'],
        customers: ['10001', '10002', '10003'], view: 'acme',
      },
    ],
    [
      'customer',
      {
        kind: 'customer', roles: ['customer'], scope: 'dpv:CommunicationForCustomerCare', purposes: ['service.support', 'data.subject.request'],
        customers: ['10001'],
      },
    ],
    ['service-lead', { kind: 'staff', roles: ['service-lead'], purposes: ['service.support'] }],
  ])('of %s say who it is and what for', (name, claims) => {
    const { sub, ...said } = sampleCaller(name)?.claims ?? {};
    expect(said).toEqual(claims);
    expect(sub).toEqual(expect.any(String));
  });

  test('are for these callers, and for nobody else', () => {
    expect(sampleCallers.map(({ name }) => name)).toEqual(['marketing', 'support', 'partner', 'customer', 'steward', 'lead', 'service-lead', 'privacy']);
    for (const other of [undefined, '', 'Support', 'toString']) expect(sampleCaller(other)).toBeUndefined();
  });
});

function never(): never {
  throw new Error('there is no such caller');
}
