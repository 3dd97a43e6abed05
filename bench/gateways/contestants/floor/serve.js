/**
 * The floor: a fan-out as one writes it by hand for this one answer, with no GraphQL, no authorization and no audit. It holds the customers' keys in
 * memory, so that all systems are asked at once. What it is asked is `{ numbers, sources: 'all' | 'crm' }`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { rest, links } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const pools = Object.fromEntries(Object.entries(rest).map(([name, url]) => [name, new Pool(url, { connections: 64 })]));
const keysOf = new Map(readFileSync(links, 'utf8').trim().split('\n').slice(1).map((line) => {
  const [number, crm, billing, support] = line.split(',');
  return [number, { crm, billing, support }];
}));

/** @returns {Promise<Map<string, object>>} the rows by their key */
async function read(source, path, keys) {
  const { statusCode, body } = await pools[source].request({ method: 'GET', path: `${path}${keys.map(encodeURIComponent).join(',')}` });
  const { data } = await body.json();
  if (statusCode !== 200) throw new Error(`${source} answered ${statusCode}`);
  return data;
}

const byKey = (rows, key) => new Map(rows.map((row) => [row[key], row]));

async function answer({ numbers, sources }) {
  const keys = numbers.map((number) => keysOf.get(number));
  const all = sources === 'all';
  const [contacts, accounts = [], tickets = []] = await Promise.all([
    read('crm', '/contacts?ids=', keys.map(({ crm }) => crm)),
    ...(all ? [read('billing', '/accounts?ids=', keys.map(({ billing }) => billing)), read('support', '/tickets?requesterIds=', keys.map(({ support }) => support))] : []),
  ]);
  const contactOf = byKey(contacts, 'id');
  const accountOf = byKey(accounts, 'id');
  const ticketsOf = Map.groupBy(tickets, ({ requesterId }) => requesterId);
  return keys.map((key) => {
    const { number, kind, email, phone, since, givenName, familyName, birthDate, language, jobTitle, organization } = contactOf.get(key.crm);
    const customer = { number, kind, email, phone, since, profile: { givenName, familyName, birthDate, language, jobTitle, organization } };
    if (!all) return customer;
    const { currency, balance, overdue, delinquent, lastPaymentAt, lifetimeRevenue } = accountOf.get(key.billing);
    return {
      ...customer, billing: { currency, balance, overdue, delinquent, lastPaymentAt, lifetimeRevenue },
      tickets: (ticketsOf.get(key.support) ?? []).map(({ name, status, priority, channel, createdAt }) => ({ name, status, priority, channel, createdAt })),
    };
  });
}

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    answer(JSON.parse(Buffer.concat(chunks).toString())).then((customers) => {
      const text = Buffer.from(JSON.stringify({ customers }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
    }, (error) => response.writeHead(500).end(String(error)));
  });
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
