import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';
import { Pool } from 'undici';
import type { Store } from '../../src/store/store.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { customerId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../fixtures/gateway.ts';
import { aRecord } from '../fixtures/facts.ts';
import { claimsOf, type Asker } from './callers.ts';
import { readSchema } from './schema-text.ts';
import type { Person, World } from './world.ts';

/** All that came back over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A gateway before the sources, with its store open beside it. */
export interface Stage {
  readonly gateway: TestGateway;
  /** What exists for insiders. */
  readonly schema: GraphQLSchema;
  /** Stores a world's links and facts; gives the gateway's ids of those who are stored. */
  settle(world: World): Promise<ReadonlyMap<Person, string>>;
  ask(asker: Asker, query: string, variables: Readonly<Record<string, unknown>>): Promise<Reply>;
  stop(): Promise<void>;
}

/** Starts a gateway. `deadline` is how long it waits for a source. */
export async function openStage({ sources, deadline }: { readonly sources: string; readonly deadline: string }): Promise<Stage> {
  const env = { CRM_URL: `${sources}/crm`, BILLING_URL: `${sources}/billing`, DESK_URL: `${sources}/desk`, DEADLINE: deadline };
  const config = join(import.meta.dirname, 'config');
  const deployment = readFileSync(join(config, 'customer360.yaml'), 'utf8').replaceAll('EVERY_FIELD', readSchema().fields.join(', '));
  const gateway = await startTestGateway({ config, env, files: { 'customer360.yaml': deployment } });
  // The gateway's id of somebody is the same in every store, so that two answers about her can be compared.
  let next = '';
  const store = openSqliteStore({ path: join(gateway.folder, 'store.sqlite'), clock: Date.now, newId: () => next });
  const pool = new Pool(gateway.url, { connections: 32, pipelining: 1 });
  const tokens = new Map<string, string>();
  const tokenOf = (asker: Asker): string => {
    const claims = JSON.stringify(claimsOf(asker));
    const token = tokens.get(claims) ?? gateway.issuer.token({ ...claimsOf(asker), exp: Math.floor(Date.now() / 1000) + 3600 });
    tokens.set(claims, token);
    return token;
  };
  const { data } = await gateway.ask(getIntrospectionQuery(), { token: gateway.issuer.token({ sub: 'introspector', kind: 'staff', roles: [], purposes: ['service.support'] }) });
  return {
    gateway,
    schema: buildClientSchema(data),
    settle: (world) => settle(store, world, (id) => void (next = id)),
    async ask(asker, query, variables) {
      const { statusCode: status, headers, body } = await pool.request({
        path: '/graphql', method: 'POST', body: JSON.stringify({ query, variables }),
        headers: { authorization: `Bearer ${tokenOf(asker)}`, 'content-type': 'application/json', 'x-purpose': asker.purpose },
      });
      return { status, headers, body: await body.text() };
    },
    async stop() {
      await pool.close();
      await store.close();
      await gateway.stop();
    },
  };
}

async function settle({ links, facts }: Store, { index, people }: World, nextId: (id: string) => void): Promise<ReadonlyMap<Person, string>> {
  const ids = new Map<Person, string>();
  for (const person of people.filter(({ stored }) => stored)) {
    nextId(idOf(person.number));
    const [adoption] = await links.adopt([[
      { namespace: 'number', value: person.number, method: 'IMPORTED', verified: true },
      ...Object.entries(person.records).map(([source, { id }]) => ({ namespace: source, value: id, method: 'IMPORTED', verified: true } as const)),
    ]]);
    if (adoption?.kind !== 'adopted') throw new Error('a customer of the world could not be stored');
    ids.set(person, adoption.customer);
  }
  await facts.append([...ids].flatMap(([person, id]) => person.facts.map((fact, place) => aRecord(customerId(id), `${String(index)} ${id} ${String(place)}`, fact))));
  return ids;
}

/** An id like those that gateways mint, that follows from the number and tells nothing of it. */
function idOf(number: string): string {
  const digits = createHash('sha256').update(number).digest('hex');
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}
