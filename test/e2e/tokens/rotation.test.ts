import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { startTestGateway, type TestGateway } from '../../fixtures/gateway.ts';
import { askWith, issueFor, lineOf, type TestToken } from '../../fixtures/issuing.ts';
import { mongodbNeeds, startMongodb, type MongodbServer } from '../../fixtures/mongodb-server.ts';

for (const engine of ['SQLite', 'MongoDB'] as const) {
  const needs = engine === 'MongoDB' ? mongodbNeeds : undefined;
  const title = `two gateways with one store in ${engine}`;

  (needs === undefined ? describe : describe.skip)(needs === undefined ? title : `${title} (needs ${needs})`, () => {
    let server: MongodbServer | undefined;
    let company: TestCompany;
    let other: TestGateway;
    let line: ReturnType<typeof lineOf>;
    beforeAll(async () => {
      server = engine === 'MongoDB' ? await startMongodb() : undefined;
      const url = server?.url.replace(/\/?\?/, `/${server.database}?`);
      company = await startCompany(url === undefined ? {} : { edit: { 'customer360.yaml': (text) => text.replace(/sqlite: .*/, `mongodb: "${url}"`) } });
      other = await startTestGateway({ ...company.setup, env: { ...company.setup.env, STORE_FILE: join(company.gateway.folder, 'store.sqlite') } });
      line = lineOf(company.gateway);
    }, 60_000);
    afterAll(async () => {
      await other.stop();
      await company.stop();
      await server?.stop();
    });

    const statuses = (token: TestToken): Promise<readonly number[]> => Promise.all([company.gateway, other].map(async (gateway) => (await askWith(gateway, token)).status));
    const published = (): Promise<readonly (readonly string[])[]> => Promise.all([company.gateway, other].map(async ({ url }) => {
      const { keys } = await (await fetch(`${url}/.well-known/jwks.json`)).json() as { readonly keys: readonly { readonly kid: string }[] };
      return keys.map(({ kid }) => kid);
    }));
    const states = async (): Promise<ReadonlyMap<string, string>> => {
      const keys = (await line.json('token', 'keys')).figures as unknown as readonly { readonly id: string; readonly state: string }[];
      return new Map(keys.map(({ id, state }) => [id, state]));
    };

    test('believe a token of a new key at once, and those of the old one still', async () => {
      const old = await issueFor(line);
      expect(await statuses(old)).toEqual([200, 200]);
      const { figures } = await line.json('token', 'rotate-keys', '--actor', 'ada');
      expect(figures).toEqual({ key: expect.any(String), retired: old.keyId, oldTokensUntil: expect.any(String) });
      const young = await issueFor(line);
      expect(young.keyId).toBe(figures['key']);
      expect([await statuses(young), await statuses(old)]).toEqual([[200, 200], [200, 200]]);
      for (const kids of await published()) expect([...kids].sort()).toEqual([old.keyId, young.keyId].sort());
    }, 60_000);

    test('refuse all that a leaked key has signed from the next request on, and nothing else', async () => {
      const leaked = await issueFor(line);
      await line.run('token', 'rotate-keys');
      const sound = await issueFor(line);
      expect([await statuses(leaked), await statuses(sound)]).toEqual([[200, 200], [200, 200]]);
      expect((await line.json('token', 'rotate-keys', '--retire-now', leaked.keyId)).figures).toEqual({ withdrawn: leaked.keyId });
      expect([await statuses(leaked), await statuses(sound)]).toEqual([[401, 401], [200, 200]]);
      expect((await states()).get(leaked.keyId)).toBe('WITHDRAWN');
      const listed = (await line.json('token', 'list', '--id', leaked.id)).figures as unknown as readonly unknown[];
      expect(listed).toEqual([expect.objectContaining({ id: leaked.id, state: 'revoked' })]);
    }, 60_000);

    test('go on with a new key where the one that leaked was the one that signs', async () => {
      const leaked = await issueFor(line);
      const { figures } = await line.json('token', 'rotate-keys', '--retire-now', leaked.keyId);
      const next = await issueFor(line);
      expect(next.keyId).toBe(figures['newKey']);
      expect([await statuses(leaked), await statuses(next)]).toEqual([[401, 401], [200, 200]]);
    }, 60_000);

    test('believe every token that is issued while several rotate at once', async () => {
      const before = await issueFor(line);
      const [, , ...tokens] = await Promise.all([line.json('token', 'rotate-keys'), line.json('token', 'rotate-keys'), issueFor(line), issueFor(line)]);
      const after = await issueFor(line);
      for (const token of [before, ...tokens, after]) expect(await statuses(token)).toEqual([200, 200]);
      expect([...(await states()).values()].filter((state) => state === 'SIGNS').length).toBeGreaterThanOrEqual(1);
    }, 60_000);

    test('refuse a token from the moment that it is revoked', async () => {
      const token = await issueFor(line);
      expect(await statuses(token)).toEqual([200, 200]);
      await line.json('token', 'revoke', '--id', token.id);
      expect(await statuses(token)).toEqual([401, 401]);
    }, 60_000);

    test('give out a quota once between them', async () => {
      const token = await issueFor(line, '--quota', '6/1d');
      const admitted: number[] = [];
      for (let round = 0; round < 5; round += 1) admitted.push(...await statuses(token));
      expect(admitted.filter((status) => status === 200)).toHaveLength(6);
      expect(new Set(admitted.slice(6))).toEqual(new Set([429]));
    }, 60_000);
  });
}
