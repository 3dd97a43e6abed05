import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGateway, type Answered, type TestGateway } from '../../fixtures/gateway.ts';
import { startRedis, withRedis, type RedisServer } from '../../fixtures/redis-server.ts';
import { until } from '../../fixtures/until.ts';
import { readScrape, sumOf } from '../../fixtures/scrape.ts';
import { sound, startCachingCompany, type CachingCompany } from '../row-cache/company.ts';

const { title, skipped } = withRedis('Two gateways with one Redis');
const hour = '{ maxAge: 1h }';
const webhook = `
webhook:
  secret: { header: X-Webhook-Token, secrets: ["\${BILLING_HOOK}"] }
  id: event
  drops: [{ entity: account, keys: account }]
`;

(skipped ? describe.skip : describe)(title, () => {
  let redis: RedisServer;
  let company: CachingCompany;
  let both: readonly [TestGateway, TestGateway];

  beforeAll(async () => {
    redis = await startRedis();
    company = await startCachingCompany({ billing: { account: hour }, crm: { contact: hour } }, {
      edit: {
        'customer360.yaml': (text) => `${text.replace(/limits: \{ rate.*/, 'limits: { rate: { requests: 10, per: 1h } }')}\nredis: { url: "\${REDIS_URL}", key: "\${REDIS_KEY}" }\nrowCache: { shared: true }\ntelemetry: { metrics: { port: 0 } }\n`,
        'sources/billing.yaml': (text) => `${text}${webhook}`,
      },
      env: { REDIS_URL: redis.url, REDIS_KEY: 'r'.repeat(32), BILLING_HOOK: 'billing-hook' },
    });
    both = [company.gateway, await startTestGateway(company.setup)];
    // Links are each store's own: they are made before anything is counted.
    for (const gateway of both) await sound(gateway.ask('{ customer(by: { number: "10001" }) { billing { currency } } }'));
  }, 60_000);
  afterAll(async () => {
    await both[1].stop();
    await company.stop();
    await redis.stop();
  });

  type Side = 0 | 1;
  const partner = (side: Side, jti: string): Promise<Answered> => both[side].ask('{ customer(by: { number: "10001" }) { number } }', {
    token: both[side].issuer.token({ sub: 'acme', kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'], customers: ['10001'], view: 'acme', jti }),
  });
  const rateOf = ({ headers }: Answered): string | undefined => /"rate";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
  const balance = async (side: Side): Promise<Answered['data']> => (await sound(both[side].ask('{ customer(by: { number: "10001" }) { billing { balance currency } provenance { path observedAt } } }'))).customer;
  const askedBy = (side: Side): Promise<Readonly<Record<string, number>>> => company.requestsDuring(() => balance(side));
  const post = (side: Side, event: string, account: string | undefined): Promise<Response> => fetch(`${both[side].url}/webhooks/billing`, {
    method: 'POST', body: JSON.stringify({ event, account }), headers: { 'content-type': 'application/json', 'x-webhook-token': 'billing-hook' },
  });
  const account = (): string | undefined => company.people.all()[0]?.copies.billing?.id;
  const readiness = async (side: Side): Promise<unknown> => {
    const response = await fetch(`${both[side].url}/health/ready`);
    const { status, redis: told } = await response.json() as { readonly status: string; readonly redis: string };
    return [response.status, status, told];
  };
  const answering = async (up: boolean): Promise<void> => {
    const wanted = JSON.stringify([200, 'ready', up ? 'up' : 'down']);
    for (const side of [0, 1] as const) await until(async () => JSON.stringify(await readiness(side)) === wanted);
  };

  test('admit together as much as one of them may, and tell what is left', async () => {
    const jti = randomUUID();
    const answers: Answered[] = [];
    for (let nth = 0; nth < 12; nth += 1) answers.push(await partner(nth % 2 === 0 ? 0 : 1, jti));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    expect(answers.map(rateOf)).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1', '0', '0', '0']);
    expect(answers[11]?.headers.get('retry-after')).toMatch(/^3[56]\d\d$/);
    expect((await partner(0, randomUUID())).status).toBe(200);
    expect(await redis.dump()).not.toContain(jti);
  });

  test('count each by itself while Redis is gone, and let nobody in uncounted', async () => {
    await redis.end();
    await answering(false);
    const jti = randomUUID();
    for (const side of [0, 1] as const) {
      const statuses: number[] = [];
      for (let nth = 0; nth < 11; nth += 1) statuses.push((await partner(side, jti)).status);
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    }
    expect((await post(0, 'while-gone', account())).status).toBe(503);
    await redis.start();
    await answering(true);
    expect((await partner(1, jti)).status).toBe(200);
    // What could not be told is sent again.
    expect((await post(0, 'while-gone', account())).status).toBe(204);
  }, 60_000);

  test('read a row once, and both say when that was', async () => {
    await post(0, randomUUID(), account());
    const first = await balance(0);
    await until(async () => (await redis.client.keys('customer360:row:*')).length > 0);
    expect(await company.requestsDuring(async () => expect(await balance(1)).toEqual(first))).toEqual({});
    const dump = await redis.dump();
    for (const secret of [account() ?? '', String(first.billing.balance), 'currency', 'account']) expect(dump).not.toContain(secret);
  });

  test('drop what either is told of, and obey an event once, whichever hears it again', async () => {
    await balance(0);
    await balance(1);
    const event = randomUUID();
    expect((await post(1, event, account())).status).toBe(204);
    expect(await askedBy(0)).toEqual({ billing: 1 });
    const again = await post(0, event, account());
    expect([again.status, await again.json()]).toEqual([200, { status: 'obeyed before' }]);
    expect([await askedBy(0), await askedBy(1)]).toEqual([{}, {}]);
    expect(await redis.dump()).not.toContain(event);
  });

  test('tell how Redis is doing where metrics are', async () => {
    const series = readScrape(await (await fetch(both[0].metricsUrl ?? '')).text());
    expect(sumOf(series, 'customer360_redis_up')).toBe(1);
    for (const operation of ['rate', 'rows.read', 'rows.keep', 'drop', 'event.known']) expect(sumOf(series, 'customer360_redis_operation_duration_seconds_count', { operation })).toBeGreaterThan(0);
    expect(sumOf(series, 'customer360_redis_state_changes_total', { state: 'down' })).toBe(1);
    expect(sumOf(series, 'customer360_source_cache_rows_total', { outcome: 'dropped' })).toBeGreaterThan(0);
    await both[0].logged('Redis does not answer');
  });

  test('are as many as one wants: another one begins with what those before have read', async () => {
    await balance(0);
    await until(async () => (await redis.client.keys('customer360:row:*')).length > 0);
    const third = await startTestGateway(company.setup);
    try {
      // Its store is its own, so it has to find her account first.
      await sound(third.ask('{ customer(by: { number: "10001" }) { billing { currency } } }'));
      expect(await company.requestsDuring(() => sound(third.ask('{ customer(by: { number: "10001" }) { billing { balance currency } } }')))).toEqual({});
    } finally {
      await third.stop();
    }
  }, 30_000);
});
