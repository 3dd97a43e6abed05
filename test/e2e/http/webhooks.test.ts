import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

/** The sample company, told of changes by two of its systems. */
const webhook = (entity: string) => (text: string): string =>
  `${text.replace(`  ${entity}:\n`, `  ${entity}:\n    cache: { maxAge: 1h }\n`)}\nwebhook:\n  secret: { header: X-Webhook-Token, secrets: [a-shared-secret] }\n  drops: [{ entity: ${entity} }]\n`;

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({ edit: { 'sources/crm.yaml': webhook('contact'), 'sources/billing.yaml': webhook('account') } });
}, 30_000);
afterAll(() => company.stop());

const post = (source: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${company.gateway.url}/webhooks/${source}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-webhook-token': 'a-shared-secret', ...headers } });

/** Sends an event that never ends, and gives what is answered until the connection is closed. */
async function unfinished(source: string, token = 'a-shared-secret'): Promise<string> {
  const { hostname, port } = new URL(company.gateway.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => void (answer += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(`POST /webhooks/${source} HTTP/1.1\r\nhost: gateway\r\nx-webhook-token: ${token}\r\ncontent-length: 100\r\n\r\n{`);
  await once(socket, 'close');
  return answer;
}

test('an event has 256 kB, whatever other requests may have', async () => {
  const event = (size: number): string => JSON.stringify({ text: 'x'.repeat(size) });
  expect((await post('crm', event(255 * 1024))).status).toBe(204);
  expect((await post('crm', event(256 * 1024))).status).toBe(413);
});

test('so many events that do not end are waited for and no more, none of them for long, and everything else goes on', async () => {
  const answers: string[] = [];
  const all = Promise.all(Array.from({ length: 40 }, async (_, at) => void answers.push(await unfinished(at % 2 === 0 ? 'crm' : 'billing'))));
  expect((await company.gateway.ask('{ customer(by: { number: "10001" }) { number } }')).status).toBe(200);
  await all;
  expect(answers.map((answer) => answer.slice(0, 'HTTP/1.1 000'.length))).toEqual([...Array.from({ length: 8 }, () => 'HTTP/1.1 503'), ...Array.from({ length: 32 }, () => 'HTTP/1.1 408')]);
  for (const answer of answers.slice(0, 8)) expect(answer).toMatch(/retry-after: 1\r\n[^]*"OVERLOADED"/i);
  expect((await post('billing', '{}')).status).toBe(204);
});

test('who shows no secret is refused before the body is here, and takes no place', async () => {
  const strangers = await Promise.all(Array.from({ length: 40 }, () => unfinished('crm', 'guessed')));
  for (const answer of strangers) expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*connection: close\r\n[^]*"UNAUTHENTICATED"/i);
});
