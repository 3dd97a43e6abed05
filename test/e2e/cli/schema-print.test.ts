import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, isObjectType } from 'graphql';
import { aCommandLine, type CommandLine } from './command-line.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await aCommandLine();
});
afterAll(() => line.remove());

test('prints the schema of an audience, with nothing else in it', async () => {
  const { code, out, err } = await line.run('schema', 'print', '--audience', 'acme');
  expect([code, err]).toEqual([0, '']);
  const customer = buildSchema(out).getType('Customer');
  expect(isObjectType(customer) && Object.keys(customer.getFields()).sort()).toEqual(['email', 'id', 'number', 'profile']);
});

test('prints a subgraph for clients without what is for routers, and for routers with its keys', async () => {
  const [clients, routers] = [await line.run('schema', 'print', '--audience', 'internal'), await line.run('schema', 'print', '--audience', 'internal', '--federation')];
  expect(buildSchema(clients.out).getQueryType()?.getFields()).not.toHaveProperty('_entities');
  expect(clients.out).not.toContain('@link');
  expect(routers.out).toMatch(/^schema @link\(url: "https:\/\/specs.apollo.dev\/federation\/v2.0"/);
  expect([clients.code, routers.code]).toEqual([0, 0]);
});

test('says what it can print', async () => {
  expect(await line.run('schema', 'print', '--audience', 'nobody')).toEqual({ code: 2, out: '', err: 'customer360: --audience: expected one of internal, self, acme, got "nobody"\n' });
  const closed = await line.run('schema', 'print', '--audience', 'self', '--federation');
  expect(closed).toEqual({ code: 1, out: '', err: expect.stringContaining('audiences.self.subgraph') });
});

test('tells of an audience that is opened as a subgraph and has no customers', async () => {
  await line.write('customer360.yaml', (await readFile(line.path('customer360.yaml'), 'utf8')).replace(/fields:\n(?: {6}- .*\n)+/, 'fields: [Query.purposes, Purpose.key]\n    subgraph: true\n'));
  const { code, err } = await line.run('check');
  expect([code, err]).toEqual([1, expect.stringContaining('audiences.acme.subgraph: nothing is listed of Customer')]);
});
