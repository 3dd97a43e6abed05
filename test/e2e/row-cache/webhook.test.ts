import { createHmac } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { writeDeployment } from '../../fixtures/gateway.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';
import { sound, startCachingCompany, type CachingCompany } from './company.ts';

const secrets = { billing: 'billing-webhook-secret', crm: 'crm-webhook-secret', support: 'support-webhook-secret' };

/** As Stripe signs, as GitHub does, and a shared secret. */
const webhooks = {
  billing: `webhook:
  hmac: { header: Stripe-Signature, part: v1, timestamp: { part: t }, signed: "{timestamp}.{body}", secrets: ["an earlier one", "\${BILLING_HOOK}"] }
  drops:
    - { entity: account, keys: data.account }
    - { entity: invoice, by: account, values: { jsonata: "data.account" } }
`,
  crm: `webhook:
  hmac: { header: X-Hub-Signature-256, prefix: "sha256=", secrets: ["\${CRM_HOOK}"] }
  drops: [{ entity: contact, keys: contact.id }]
`,
  support: `webhook:
  secret: { header: X-Webhook-Token, secrets: ["\${SUPPORT_HOOK}"] }
  id: event
  drops: [{ entity: ticket }]
`,
};

let company: CachingCompany;
const adding = (text: string) => (file: string): string => `${file}\n${text}`;
const hour = '{ maxAge: 1h }';

beforeAll(async () => {
  company = await startCachingCompany(
    { billing: { account: hour, invoice: hour }, crm: { contact: hour }, support: { ticket: hour } },
    {
      edit: {
        'sources/billing.yaml': adding(webhooks.billing), 'sources/crm.yaml': adding(webhooks.crm), 'sources/support.yaml': adding(webhooks.support),
        'customer360.yaml': (text) => text.replace(/requestDeadline: \d+s/, '$&\n  maxBody: 20kB'),
      },
      env: { BILLING_HOOK: secrets.billing, CRM_HOOK: secrets.crm, SUPPORT_HOOK: secrets.support },
    },
  );
  await all();
}, 60_000);
afterAll(() => company.stop());

const all = (number = '10001'): Promise<unknown> => sound(company.gateway.ask(`{ customer(by: { number: "${number}" }) {
  profile { name } billing { currency } invoices(first: 1) { edges { node { number } } } tickets(first: 1) { edges { node { name } } } } }`));
const asked = (): Promise<Readonly<Record<string, number>>> => company.requestsDuring(() => all());
const post = async (source: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  (await fetch(`${company.gateway.url}/webhooks/${source}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })).status;
const hmac = (secret: string, text: string, encoding: 'hex' | 'base64' = 'hex'): string => createHmac('sha256', secret).update(text).digest(encoding);
const stripe = (body: string, at = Math.floor(Date.now() / 1000), secret = secrets.billing): Readonly<Record<string, string>> => ({ 'stripe-signature': `t=${at},v1=${hmac(secret, `${at}.${body}`)},v0=other` });
const github = (body: string, secret = secrets.crm): Readonly<Record<string, string>> => ({ 'x-hub-signature-256': `sha256=${hmac(secret, body)}` });
const own = () => company.people.all()[0]?.copies;

describe('an event that is signed with a timestamp', () => {
  test('drops the rows that it names, so that they are asked for again, and no others', async () => {
    expect(await asked()).toEqual({});
    const body = JSON.stringify({ id: 'evt_1', data: { account: own()?.billing?.id } });
    expect(await post('billing', body, stripe(body))).toBe(204);
    expect(await asked()).toEqual({ billing: 2 });
    expect(await asked()).toEqual({});
  });

  test('about somebody else drops nothing of hers', async () => {
    const body = JSON.stringify({ data: { account: 'nobody' } });
    expect(await post('billing', body, stripe(body))).toBe(204);
    expect(await asked()).toEqual({});
  });

  const body = JSON.stringify({ data: { account: '1' } });
  const now = Math.floor(Date.now() / 1000);
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['without a signature', body, {}],
    ['signed with another secret', body, stripe(body, now, 'x')],
    ['with another body than was signed', `${body} `, stripe(body)],
    ['from before the tolerance', body, stripe(body, now - 400)],
    ['from after the tolerance', body, stripe(body, now + 400)],
    ['with another time than was signed', body, { 'stripe-signature': stripe(body, now - 400)['stripe-signature']?.replace(/t=\d+/, `t=${now}`) ?? '' }],
    ['with a time that is none', body, { 'stripe-signature': `t=now,v1=${hmac(secrets.billing, `now.${body}`)}` }],
    ['with a signature of nothing', body, { 'stripe-signature': `t=${now},v1=` }],
  ])('%s is 401 and drops nothing', async (_name, sent, headers) => {
    expect(await post('billing', sent, headers)).toBe(401);
    expect(await asked()).toEqual({});
  });
});

describe('an event that is signed alone', () => {
  test('is obeyed once: the same again is answered as well as the first, and drops nothing', async () => {
    const body = JSON.stringify({ contact: { id: own()?.crm?.id }, changed: 'first' });
    expect(await post('crm', body, github(body))).toBe(204);
    expect(await asked()).toEqual({ crm: 1 });
    expect(await post('crm', body, github(body))).toBe(200);
    expect(await asked()).toEqual({});
    const next = body.replace('first', 'second');
    expect(await post('crm', next, github(next))).toBe(204);
    expect(await asked()).toEqual({ crm: 1 });
  });

  test.each([['not JSON', '{'], ['no object', '5']])('that is %s is 400, and one that is too large 413', async (_name, body) => {
    expect(await post('crm', body, github(body))).toBe(400);
    const large = JSON.stringify({ text: 'x'.repeat(30_000) });
    expect(await post('crm', large, github(large))).toBe(413);
  });
});

describe('an event with a shared secret', () => {
  test('is taken once by its id, and one that names no keys drops all of the entity', async () => {
    const headers = { 'x-webhook-token': secrets.support };
    expect(await post('support', '{"event":7}', headers)).toBe(204);
    expect(await asked()).toEqual({ support: 1 });
    expect(await post('support', '{"event":7}', headers)).toBe(200);
    expect(await post('support', '{}', headers)).toBe(400);
    expect(await post('support', '{"event":8}', { 'x-webhook-token': `${secrets.support} ` + 'x' })).toBe(401);
    expect(await asked()).toEqual({});
  });
});

test('there is nothing at other names, and nothing to be read', async () => {
  expect(await Promise.all(['nobody', '', '../graphql', 'crm/x'].map((name) => post(name, '{}')))).toEqual([404, 404, expect.any(Number), 404]);
  expect((await fetch(`${company.gateway.url}/webhooks/crm`)).status).toBe(405);
});

test.each<[string, string, string]>([
  ['no way to prove it', 'drops: [{ entity: contact }]', 'sources/crm.yaml: webhook: expected either "hmac" or "secret"'],
  ['no secret', 'hmac: { header: X-Sig, secrets: [] }\n  drops: [{ entity: contact }]', 'sources/crm.yaml: webhook.hmac.secrets: expected at least one secret'],
  ['an empty secret', 'secret: { header: X-Sig, secrets: ["${NOTHING:-}"] }\n  drops: [{ entity: contact }]', 'webhook.secret.secrets[0]'],
  ['a timestamp that is not signed', 'hmac: { header: X-Sig, secrets: [x], timestamp: { header: X-At } }\n  drops: [{ entity: contact }]', 'webhook.hmac.signed: expected {timestamp}'],
  ['an id that is not signed', 'hmac: { header: X-Sig, secrets: [x] }\n  id: { header: X-Id }\n  drops: [{ entity: contact }]', 'webhook.id: expected a path in the body'],
  ['an entity of which nothing is kept', 'secret: { header: X-Sig, secrets: [x] }\n  drops: [{ entity: score }]', 'webhook.drops[0].entity: expected an entity with a cache: contact, got "score"'],
  ['a look-up that is not there', 'secret: { header: X-Sig, secrets: [x] }\n  drops: [{ entity: contact, by: name, values: x }]', 'webhook.drops[0].by: entities.contact.find has no "name"'],
])('a webhook with %s stops the start', async (_name, webhook, fault) => {
  const text = (company.setup.files['sources/crm.yaml'] ?? '').replace(/webhook:[^]*$/, `webhook:\n  ${webhook}\n`);
  const folder = await writeDeployment({ files: { 'sources/crm.yaml': text } });
  await expect(loadDeployment(folder, sampleEnvironment)).rejects.toThrow(fault);
  await rm(folder, { recursive: true });
});
