import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { readScrape, sumOf, type Series } from '../../fixtures/scrape.ts';

const query = 'query Who { customer(by: { number: "10002" }) { number email phone } }';

describe('metrics', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany({ edit: { 'customer360.yaml': (text) => `${text}\ntelemetry:\n  metrics: { port: 0 }\n` } });
  });
  afterAll(() => company.stop());

  const text = async (): Promise<string> => (await fetch(String(company.gateway.metricsUrl))).text();
  const scrape = async (): Promise<readonly Series[]> => readScrape(await text());
  /** How much a series grows while something is done. */
  async function growth(name: string, labels: Readonly<Record<string, string>>, work: () => Promise<unknown>): Promise<number> {
    const before = sumOf(await scrape(), name, labels);
    await work();
    return sumOf(await scrape(), name, labels) - before;
  }

  it('count requests by route and status, whatever address was asked for', async () => {
    await growth('http_server_request_duration_seconds_count', {}, async () => fetch(`${company.gateway.url}/customers/10002?email=a@b.example`));
    await fetch(`${company.gateway.url}/graphql`, { method: 'POST' });
    const series = await scrape();
    expect(sumOf(series, 'http_server_request_duration_seconds_count', { http_response_status_code: '404', http_request_method: 'GET' })).toBe(1);
    expect(sumOf(series, 'http_server_request_duration_seconds_count', { http_response_status_code: '401', http_route: '/graphql' })).toBe(1);
    expect(sumOf(series, 'http_server_active_requests')).toBe(0);
  });

  it('count operations by name, type and audience, and the errors that they told of', async () => {
    const labels = { graphql_operation_name: 'Who', graphql_operation_type: 'query', audience: 'internal' };
    expect(await growth('customer360_operation_duration_seconds_count', labels, () => company.gateway.ask(query))).toBe(1);
    expect(await growth('customer360_operation_errors_total', { ...labels, error_type: 'UNAUTHORIZED_FIELD_OR_TYPE' },
      () => company.gateway.ask(query, { token: company.gateway.issuer.caller('marketing') }))).toBe(1);
  });

  it('tell names of operations as clients have them, but for numbers and beyond a bound', async () => {
    const named = (name: string, sub: string) => company.gateway.ask(`query ${name} { __typename }`, { token: company.gateway.issuer.token({ sub, kind: 'staff', roles: ['support'], purposes: ['service.support'] }) });
    const told = async () => new Set((await scrape()).filter(({ name }) => name === 'customer360_operation_duration_seconds_count').map(({ labels }) => labels['graphql_operation_name']));
    await named('Customer10002', 'yara');
    // Whoever makes up names leaves room for those of others.
    for (let index = 0; index < 60; index += 1) await named(`Made${index}`, 'eve');
    expect([...await told()].filter((name) => name?.startsWith('Made'))).toHaveLength(50);
    for (let index = 0; index < 210; index += 1) await named(`Name${index}`, `agent-${index % 9}`);
    const names = await told();
    expect(names.has('Name0')).toBe(true);
    expect(names.size).toBeLessThanOrEqual(202);
    expect(names.has('other')).toBe(true);
    expect(names.has('Customer10002')).toBe(false);
  });

  it('count decisions by field, policy and reason, for each customer', async () => {
    const two = '{ customersBy(keys: [{ number: "10002" }, { number: "10003" }]) { phone } }';
    const labels = { field: 'Customer.phone' };
    expect(await growth('customer360_authorization_decisions_total', { ...labels, decision: 'allow', policy: 'support-reads-for-service' }, () => company.gateway.ask(two))).toBe(2);
    expect(await growth('customer360_authorization_decisions_total', { ...labels, decision: 'deny', reason: 'scope' },
      () => company.gateway.ask(two, { token: company.gateway.issuer.caller('marketing') }))).toBe(2);
  });

  it('count what was refused before anybody was looked for', async () => {
    const byEmail = '{ customer(by: { email: "nobody@nowhere.example" }) { number } }';
    expect(await growth('customer360_authorization_decisions_total', { field: 'CustomerKey.email', decision: 'deny', reason: 'scope' },
      () => company.gateway.ask(byEmail, { token: company.gateway.issuer.caller('partner') }))).toBe(1);
  });

  it('time each source, the store, the trail, and what the gateway itself took', async () => {
    const series = await scrape();
    for (const name of ['customer360_overhead_duration_seconds_count', 'customer360_audit_append_duration_seconds_count']) expect(sumOf(series, name)).toBeGreaterThan(0);
    expect(sumOf(series, 'customer360_source_call_duration_seconds_count', { source: 'crm', entity: 'contact' })).toBeGreaterThan(0);
    expect(sumOf(series, 'customer360_store_operation_duration_seconds_count', { operation: 'links.read' })).toBeGreaterThan(0);
    expect(sumOf(series, 'http_client_request_duration_seconds_count', { http_response_status_code: '200' })).toBeGreaterThan(0);
    expect(sumOf(series, 'customer360_overhead_duration_seconds_sum')).toBeLessThan(sumOf(series, 'customer360_operation_duration_seconds_sum'));
    expect(sumOf(series, 'customer360_audit_append_failures_total')).toBe(0);
  });

  it('tell of a source that fails: its errors by code, its retries and its breaker', async () => {
    await company.crm.close();
    for (let index = 0; index < 6; index += 1) await company.gateway.ask(query);
    const series = await scrape();
    expect(sumOf(series, 'customer360_source_call_duration_seconds_count', { source: 'crm', error_type: 'SOURCE_UNAVAILABLE' })).toBeGreaterThanOrEqual(5);
    expect(sumOf(series, 'customer360_source_retries_total', { source: 'crm' })).toBeGreaterThan(0);
    expect(sumOf(series, 'customer360_source_breaker_state', { source: 'crm', state: 'open' })).toBe(1);
    expect(sumOf(series, 'customer360_source_up', { source: 'crm' })).toBe(0);
    expect(sumOf(series, 'customer360_source_up', { source: 'billing' })).toBe(1);
  });

  it('hold nothing of a customer', async () => {
    // Digits of values may be anything.
    const scraped = (await text()).replaceAll(/ \S+$/gm, '');
    for (const marker of ['10002', 'post.example', '@', 'customer-10001']) expect(scraped).not.toContain(marker);
  });
});

describe('metrics of checkpoints', () => {
  /** Takes checkpoints, or refuses them. */
  let status = 500;
  let company: TestCompany;
  let address: Server;
  beforeAll(async () => {
    address = createServer((request, response) => {
      request.resume().once('end', () => response.writeHead(status).end());
    }).listen(0, '127.0.0.1');
    await once(address, 'listening');
    const { port } = address.address() as AddressInfo;
    company = await startCompany({ edit: { 'customer360.yaml': (text) => `${text.replace('every: 1m', `every: 50ms\n    url: "http://127.0.0.1:${port}/office"`)}\ntelemetry:\n  metrics: { port: 0 }\n` } });
  });
  afterAll(async () => {
    await company.stop();
    address.close();
  });

  const scrape = async (): Promise<readonly Series[]> => readScrape(await (await fetch(String(company.gateway.metricsUrl))).text());
  const failures = (series: readonly Series[], target: string): number => sumOf(series, 'customer360_audit_checkpoint_failures_total', { target });
  const takenAt = (series: readonly Series[], target: string): number | undefined =>
    series.find(({ name, labels }) => name === 'customer360_audit_checkpoint_taken_at_seconds' && labels['target'] === target)?.value;
  async function scrapedWhen(is: (series: readonly Series[]) => boolean): Promise<readonly Series[]> {
    let series = await scrape();
    while (!is(series)) series = await scrape();
    return series;
  }

  it('count those that a target does not take, and tell when one last was, without its address', async () => {
    const start = Date.now() / 1000;
    expect((await scrape()).filter(({ name }) => name.startsWith('customer360_audit_checkpoint')).map(({ labels, value }) => [labels, value])).toEqual([[{ target: 'file' }, 0], [{ target: 'url' }, 0]]);
    await company.gateway.ask(query);
    const refused = await scrapedWhen((series) => failures(series, 'url') >= 2 && takenAt(series, 'file') !== undefined);
    expect(failures(refused, 'file')).toBe(0);
    expect(takenAt(refused, 'file')).toBeGreaterThanOrEqual(start);
    expect(takenAt(refused, 'url')).toBeUndefined();

    status = 204;
    const taken = await scrapedWhen((series) => takenAt(series, 'url') !== undefined);
    expect(takenAt(taken, 'url')).toBeGreaterThanOrEqual(start);
    // There is nothing new to be told.
    expect(failures(await scrape(), 'url')).toBe(failures(taken, 'url'));
    expect(new Set(taken.filter(({ name }) => name.startsWith('customer360_audit_checkpoint')).flatMap(({ labels }) => Object.entries(labels).map((label) => label.join('=')))))
      .toEqual(new Set(['target=file', 'target=url']));
  });

  it('count those of an address where nobody is', async () => {
    const before = failures(await scrape(), 'url');
    address.close();
    address.closeAllConnections();
    await company.gateway.ask(query);
    await scrapedWhen((series) => failures(series, 'url') > before);
  });
});

describe('the listener of metrics', () => {
  const stating = (metrics: string) => ({ 'customer360.yaml': (text: string) => `${text}\ntelemetry:\n  metrics: ${metrics}\n` });

  it('is not there unless it is stated', async () => {
    const company = await startCompany();
    try {
      expect(company.gateway.metricsUrl).toBeUndefined();
      expect((await fetch(`${company.gateway.url}/metrics`)).status).toBe(404);
    } finally {
      await company.stop();
    }
  });

  it('asks for its token, where it has one', async () => {
    const company = await startCompany({ edit: stating('{ host: 0.0.0.0, port: 0, bearer: "${SCRAPE_TOKEN}" }'), env: { SCRAPE_TOKEN: 'scrape-token' } });
    try {
      const url = String(company.gateway.metricsUrl).replace('0.0.0.0', '127.0.0.1');
      const status = async (headers: Record<string, string>): Promise<number> => (await fetch(url, { headers })).status;
      expect(await status({})).toBe(401);
      expect(await status({ authorization: 'Bearer scrape-tokem' })).toBe(401);
      expect(await status({ authorization: 'Bearer scrape-token' })).toBe(200);
    } finally {
      await company.stop();
    }
  });

  it('does not open beyond loopback without a word on who may read', async () => {
    await expect(startCompany({ edit: stating('{ host: 0.0.0.0 }') })).rejects.toThrow('telemetry.metrics.bearer: missing; beyond loopback');
  });
});
