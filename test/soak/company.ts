import { parse, stringify } from 'yaml';
import { startCompany, type TestCompany } from '../fixtures/company.ts';
import { startMongodb } from '../fixtures/mongodb-server.ts';
import { redisNeeds, startRedis } from '../fixtures/redis-server.ts';
import { inspected } from './heap.ts';
import { startToxiproxy, type ToxicProxy } from './toxiproxy.ts';

/** What stands behind the gateway. */
export type Service = 'crm' | 'billing' | 'support' | 'redis' | 'store';

/** The deadlines under which the gateway runs, in milliseconds. */
export interface Patience {
  readonly deadline: number;
  readonly openFor: number;
  readonly maxAge: number;
  readonly requestDeadline: number;
}

export interface SoakedCompany {
  readonly company: TestCompany;
  /** The services that can be made bad. */
  readonly proxies: ReadonlyMap<Service, ToxicProxy>;
  /** Where the gateway's store is. */
  readonly store: string;
  stop(): Promise<void>;
}

const sources = { crm: 'CRM_URL', billing: 'BILLING_URL', support: 'SUPPORT_URL' } as const;

/** Where the gateway keeps its store: in a file, or in a server of MongoDB's protocol. */
export type StoreKind = 'sqlite' | 'mongodb';

/** More than anybody asks: each request is counted, and none is refused for it. */
const counted = { client: { requests: 1_000_000, per: '1s' } };

/** Starts the sample company with Toxiproxy before each system, before Redis where there is one, and before the store where it is a server. */
export async function startSoaked({ deadline, openFor, maxAge, requestDeadline }: Patience, kind: StoreKind): Promise<SoakedCompany> {
  await using open = new AsyncDisposableStack();
  const toxiproxy = open.adopt(await startToxiproxy(), (one) => one.stop());
  const proxies = new Map<Service, ToxicProxy>();
  const through = (name: Service) => async (url: string): Promise<string> => {
    const { protocol, host } = new URL(url);
    const proxy = await toxiproxy.before(name, host);
    proxies.set(name, proxy);
    return url.replace(`${protocol}//${host}`, `${protocol}//${proxy.address}`);
  };
  const mongodb = kind === 'mongodb' ? open.adopt(await startMongodb(), (one) => one.stop()) : undefined;
  const storeUrl = mongodb === undefined ? undefined : await through('store')(mongodb.url.replace(/\/?\?/, `/${mongodb.database}?`));
  const redis = kind === 'sqlite' && redisNeeds === undefined ? open.adopt(await startRedis(), (one) => one.stop()) : undefined;
  const shared = redis === undefined ? {} : { redis: { url: await through('redis')(redis.url), key: 'r'.repeat(32) }, rowCache: { shared: true } };
  const limits = { deadline: `${deadline}ms`, concurrency: 16, retry: { attempts: 2, backoff: '10ms' }, breaker: { failures: 5, openFor: `${openFor}ms` } };
  const withLimits = (text: string): Record<string, unknown> => ({ ...(parse(text, { merge: true }) as object), limits });
  const company = open.adopt(await startCompany({
    env: inspected,
    before: Object.fromEntries(Object.entries(sources).map(([name, variable]) => [variable, through(name as Service)])),
    edit: {
      ...Object.fromEntries(Object.keys(sources).map((name) => [`sources/${name}.yaml`, (text: string) => {
        const source = withLimits(text) as { readonly entities: Readonly<Record<string, object>> };
        // Of accounts something is kept, so that there is something to be stale.
        const { account, ...others } = source.entities;
        return stringify({ ...source, entities: account === undefined ? others : { ...others, account: { ...account, cache: { maxAge: `${maxAge}ms`, staleIfError: '1h' } } } });
      }])),
      'customer360.yaml': (text) => {
        const { server, store, audiences, ...rest } = parse(text, { merge: true }) as Readonly<Record<'server' | 'store' | 'audiences', Readonly<Record<string, object>>>>;
        const limited = Object.fromEntries(Object.entries(audiences).map(([name, audience]) => [name, { ...audience, limits: redis === undefined ? {} : counted }]));
        return stringify({
          ...rest, ...shared, server: { ...server, requestDeadline: `${requestDeadline}ms` }, audiences: limited,
          store: storeUrl === undefined ? store : { mongodb: { url: storeUrl, timeout: `${requestDeadline}ms`, writeConcern: { w: 1 }, readConcern: 'local' } },
        });
      },
    },
  }), (one) => one.stop());
  const all = open.move();
  return { company, proxies, store: storeUrl === undefined ? 'SQLite' : mongodb?.isFerret === true ? 'FerretDB' : 'MongoDB', stop: () => all.disposeAsync() };
}
