import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inStore, startCompany, type TestCompany } from '../fixtures/company.ts';
import { loyaltyInDatabase, withLoyalty } from '../fixtures/loyalty-database.ts';
import { readScrape, type Series } from '../fixtures/scrape.ts';
import { sqlServers, type SqlServer, type SqlServerKind } from '../fixtures/sql-servers.ts';

const ops = join(import.meta.dirname, '../../ops');

/** What Prometheus adds to what it reads. */
const added = new Set(['job', 'instance', 'le']);
/** Told only where the gateway itself ends TLS; `test/e2e/reload/tls.test.ts` looks at it. */
const withTls = new Set(['customer360_tls_certificate_expires_at_seconds']);
/** Whatever begins like a metric of the gateway's. */
const named = /(?<![\w$])(?:customer360|http|db|nodejs|v8js|process)_\w+/g;

let company: TestCompany;
let programme: SqlServer;
let series: readonly Series[];
beforeAll(async () => {
  programme = await sqlite().start();
  const session = await programme.connect();
  await session.query("create table member as select 'L-1' as member_no, '10001' as customer, 'gold' as level");
  await session.close();
  company = await startCompany({ ...loyaltyInDatabase(programme.settings), edit: { 'customer360.yaml': (text) => `${withLoyalty(text).replace('every: 1m', 'every: 100ms')}\ntelemetry:\n  metrics: { port: 0 }\n# Nobody is there, which is told too.\nredis: { url: "redis://127.0.0.1:9", key: ${'r'.repeat(32)} }\n` } });
  const { gateway } = company;
  const query = 'query Who($number: String!) { customer(by: { number: $number }) { number email phone billing { currency } tickets(first: 1) { edges { node { name } } } loyalty { tier } } }';
  // Some load, of all kinds: answers, denials, customers who may not be seen, no token, a source that fails, a store that fails.
  await Promise.all(Array.from({ length: 20 }, (_, at) => gateway.ask(query, { variables: { number: String(10_001 + at) } })));
  await gateway.ask(query, { variables: { number: '10002' }, token: gateway.issuer.caller('marketing') });
  await gateway.ask('{ customer(by: { number: "10900" }) { number } }', { token: gateway.issuer.caller('partner') });
  await fetch(`${gateway.url}/graphql`, { method: 'POST' });
  await company.crm.close();
  await gateway.ask(query, { variables: { number: '10003' } });
  inStore(gateway, 'ALTER TABLE link RENAME TO link_of_before');
  await gateway.ask(query, { variables: { number: '10004' } });
  const scrape = async (): Promise<readonly Series[]> => readScrape(await (await fetch(String(gateway.metricsUrl))).text());
  // Taken every now and then, which may be in a moment.
  do series = await scrape(); while (!series.some(({ name }) => name === 'customer360_audit_checkpoint_taken_at_seconds'));
}, 60_000);
afterAll(async () => {
  await company.stop();
  await programme.stop();
});

function sqlite(): SqlServerKind {
  const kind = sqlServers.find(({ dialect }) => dialect === 'sqlite');
  if (kind === undefined) throw new Error('there is SQLite');
  return kind;
}

/** What an expression names that there is not: a metric, a label, or a label's value. */
function missingIn(expression: string): readonly string[] {
  const text = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => quoted.replaceAll('{', '').replaceAll('}', ''));
  const selectors = [...text.matchAll(/(\w+)\{([^}]*)\}/g)].map(([, name = '', matchers = '']) => ({ name, matchers: [...matchers.matchAll(/(\w+)(=~|!=|=|!~)"([^"]*)"/g)] }));
  const told = (name: string): readonly Series[] => series.filter((one) => one.name === name);
  const metrics = (text.replaceAll(/\{[^}]*\}/g, '').replaceAll(/\b(?:by|without)\s*\([^)]*\)/g, '').match(named) ?? []).filter((name) => !withTls.has(name));
  const ofMatchers = selectors.filter(({ name }) => name !== 'up' && !withTls.has(name)).flatMap(({ name, matchers }) => matchers.flatMap(([, label = '', operator, value = '']) => {
    if (added.has(label)) return [];
    const values = told(name).map(({ labels }) => labels[label]).filter((one) => one !== undefined);
    if (values.length === 0) return [`${name}{${label}}`];
    return operator === '=' && !value.includes('$') && label !== 'http_response_status_code' && !values.includes(value) ? [`${name}{${label}="${value}"}`] : [];
  }));
  const grouped = [...text.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(',').map((label) => label.trim()));
  const ofGroups = grouped.filter((label) => !added.has(label) && !metrics.some((name) => told(name).some(({ labels }) => label in labels)));
  return [...metrics.filter((name) => told(name).length === 0), ...ofMatchers, ...ofGroups];
}

test('what is looked for in expressions would be found missing', () => {
  expect(missingIn('sum by (sources) (rate(customer360_source_ups{source="crm"}[5m]))')).toEqual(['customer360_source_ups', 'customer360_source_ups{source}', 'sources']);
  expect(missingIn('customer360_source_breaker_state{job="x",state="opened"}')).toEqual(['customer360_source_breaker_state{state="opened"}']);
});

describe('each metric and each label is told by a gateway under load', () => {
  test('that the alerts name', async () => {
    const { groups } = parse(await readFile(join(ops, 'prometheus/alerts.yaml'), 'utf8')) as { readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(15);
    expect(rules.flatMap(({ alert, expr }) => missingIn(expr).map((name) => `${alert}: ${name}`))).toEqual([]);
  });

  test('that the dashboard names', async () => {
    const expressions: string[] = [];
    JSON.parse(await readFile(join(ops, 'grafana/customer360.json'), 'utf8'), (name, value: unknown) => {
      if ((name === 'expr' || name === 'query') && typeof value === 'string') expressions.push(value);
      return value;
    });
    expect(expressions.length).toBeGreaterThan(40);
    expect(expressions.flatMap((expression) => missingIn(expression).map((name) => `${expression}: ${name}`))).toEqual([]);
  });
});
