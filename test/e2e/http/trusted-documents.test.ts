import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { callsDuring, inStore, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { commandLineOf, type CommandLine } from '../cli/command-line.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const byNumber = 'query ByNumber($number: String) { customer(by: { number: $number }) { number } }';
const relay = 'query Relay { customer(by: { number: "10001" }) { number } }';
const unlisted = '{ customer(by: { number: "10001" }) { number email } }';
const answer = { status: 200, data: { customer: { number: '10001' } } };

let company: TestCompany;
let line: CommandLine;
beforeAll(async () => {
  const edit = (text: string): string => text
    .replace(/ {4}# To try things out.*\n {4}documents: off\n/, '')
    .replace('internal: { fields: all,', 'internal: { documents: listed, fields: all,')
    .replace('self: { fields: all,', 'self: { documents: log, fields: all,');
  company = await startCompany({ edit: { 'customer360.yaml': edit } });
  line = commandLineOf(company.gateway.folder);
  const apollo = { format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: sha256(byNumber), name: 'ByNumber', type: 'query', body: byNumber }] };
  const manifests = [await line.write('apollo.json', JSON.stringify(apollo)), await line.write('relay.json', JSON.stringify({ '0a1b2c': relay }))];
  for (const audience of ['acme', 'internal', 'self']) {
    for (const manifest of manifests) expect(await line.run('documents', 'publish', manifest, '--audience', audience, '--actor', 'ada', '--json')).toMatchObject({ code: 0, err: '', out: `${JSON.stringify({ audience, documents: 1 })}\n` });
  }
}, 60_000);
afterAll(() => company.stop());

type Caller = 'partner' | 'support' | 'customer';

async function post(caller: Caller, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  return told(await fetch(`${company.gateway.url}/graphql`, {
    method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${company.gateway.issuer.caller(caller)}`, 'content-type': 'application/json' },
  }));
}

async function get(caller: Caller, parameters: readonly (readonly [string, string])[]): Promise<Readonly<Record<string, unknown>>> {
  return told(await fetch(`${company.gateway.url}/graphql?${new URLSearchParams(parameters.map(([name, value]) => [name, value]))}`, {
    headers: { authorization: `Bearer ${company.gateway.issuer.caller(caller)}`, 'content-type': 'application/json' },
  }));
}

async function told(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const { data, errors } = await response.json() as { readonly data?: unknown; readonly errors?: readonly { readonly extensions: { readonly code: string } }[] };
  return { status: response.status, ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { code: errors[0]?.extensions.code }) };
}

const persisted = (hash: unknown): unknown => ({ persistedQuery: { version: 1, sha256Hash: hash } });
const refused = (code: string): unknown => ({ status: 400, code });

describe.each<[Caller, string]>([['partner', 'ids alone'], ['support', 'what is listed'], ['customer', 'anything']])('a %s, who may send %s', (caller) => {
  const variables = { number: '10001' };

  test('sends a published document by its id', async () => {
    expect(await post(caller, { documentId: sha256(byNumber), variables })).toEqual(answer);
    expect(await post(caller, { documentId: `sha256:${sha256(byNumber)}`, variables, query: null })).toEqual(answer);
    expect(await post(caller, { documentId: '0a1b2c', extensions: { client: 'x' } })).toEqual(answer);
    expect(await post(caller, { documentId: sha256(relay) })).toEqual(answer);
    expect(await get(caller, [['documentId', sha256(byNumber)], ['variables', JSON.stringify(variables)]])).toEqual(answer);
  });

  test('sends it by Apollo`s hash, too', async () => {
    expect(await post(caller, { extensions: persisted(sha256(byNumber)), variables })).toEqual(answer);
    expect(await get(caller, [['extensions', JSON.stringify(persisted(sha256(byNumber)))], ['variables', JSON.stringify(variables)]])).toEqual(answer);
  });

  test.each<[string, unknown]>([
    ['that nobody has published', 'f'.repeat(64)], ['that is none', 5], ['that is empty', ''], ['that is long', 'x'.repeat(10_000)], ['of a prototype', '__proto__'], ['that asks the store', { $ne: 1 }],
  ])('finds no document of an id %s', async (_, documentId) => {
    expect(await post(caller, { documentId })).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
  });

  test('sends no id together with a document', async () => {
    expect(await post(caller, { documentId: '0a1b2c', query: relay })).toEqual(refused('BAD_REQUEST'));
    expect(await post(caller, { documentId: '0a1b2c', extensions: persisted(sha256(relay)) })).toEqual(refused('BAD_REQUEST'));
  });
});

describe('what is not published', () => {
  const attempts: readonly [string, (caller: Caller) => Promise<unknown>][] = [
    ['as a document', (caller) => post(caller, { query: unlisted })],
    ['as a document with its hash, to register it', (caller) => post(caller, { query: unlisted, extensions: persisted(sha256(unlisted)) })],
    ['as a document with the hash of another', (caller) => post(caller, { query: unlisted, extensions: persisted(sha256(relay)) })],
    ['by its hash', (caller) => post(caller, { extensions: persisted(sha256(unlisted)) })],
    ['in the address', (caller) => get(caller, [['query', unlisted]])],
    ['in the address after a published one', (caller) => get(caller, [['query', relay], ['query', unlisted]])],
  ];

  test.each(attempts)('is not taken from a partner %s', async (_, attempt) => {
    expect(await callsDuring(company, async () => expect(await attempt('partner')).toEqual(refused('PERSISTED_QUERY_NOT_IN_LIST')))).toEqual({});
  });

  test.each(attempts.slice(0, 5))('is not taken from staff %s', async (_, attempt) => {
    expect(await callsDuring(company, async () => expect(await attempt('support')).toEqual(refused('PERSISTED_QUERY_NOT_IN_LIST')))).toEqual({});
  });

  test('is taken from the person herself, whose clients may register it, and logged by its hash', async () => {
    const own = '{ me { number profile { name } } }';
    expect(await post('customer', { extensions: persisted(sha256(own)) })).toEqual({ status: 200, code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post('customer', { query: own, extensions: persisted(sha256(own)) })).toMatchObject({ status: 200, data: { me: { number: '10001' } } });
    expect(await post('customer', { extensions: persisted(sha256(own)) })).toMatchObject({ status: 200, data: { me: { number: '10001' } } });
    const logged = (await company.gateway.logged(sha256(own))).split('\n').filter((one) => one.includes(sha256(own)));
    expect(logged.map((one) => JSON.parse(one))).toContainEqual(expect.objectContaining({ audience: 'self', sha256: sha256(own), msg: 'a document that is not published was sent' }));
    expect(logged.every((one) => /^[0-9a-f-]{36}$/.test(String(JSON.parse(one).requestId)))).toBe(true);
    expect(company.gateway.log()).not.toContain('profile');
    // Whatever a client puts in a hash's place is not written down.
    await post('customer', { extensions: persisted('marker@post.example') });
    expect(company.gateway.log()).not.toContain('marker@');
  });
});

test('the text of what is published is taken where documents are listed, and nowhere where ids are asked for', async () => {
  expect(await post('support', { query: relay })).toEqual(answer);
  expect(await post('support', { query: relay, extensions: persisted(sha256(relay)) })).toEqual(answer);
  expect(await post('support', { query: `${relay} ` })).toEqual(refused('PERSISTED_QUERY_NOT_IN_LIST'));
  expect(await post('partner', { query: relay })).toEqual(refused('PERSISTED_QUERY_NOT_IN_LIST'));
});

test('several in one request, and none, are refused as ever', async () => {
  for (const caller of ['partner', 'support'] as const) {
    for (const body of [[{ query: unlisted }], [{ documentId: '0a1b2c' }], {}, { query: 5 }, { query: '' }, { extensions: 'x' }]) expect(await post(caller, body)).toMatchObject({ status: 400 });
  }
});

test('what is published or withdrawn holds without a restart, and is on record', async () => {
  const added = '{ customer(by: { number: "10002" }) { number } }';
  expect(await post('partner', { documentId: 'added' })).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
  expect(await line.run('documents', 'publish', await line.write('added.json', JSON.stringify({ added })), '--audience', 'acme')).toMatchObject({ code: 0, err: '' });
  const until = async (wanted: unknown): Promise<unknown> => {
    for (let last: unknown; ; last = await post('partner', { documentId: 'added' })) if (JSON.stringify(last) === JSON.stringify(wanted)) return last;
  };
  await until({ status: 200, data: { customer: { number: '10002' } } });
  const changed = await line.run('documents', 'publish', await line.write('added.json', JSON.stringify({ added: unlisted })), '--audience', 'acme');
  expect(changed).toMatchObject({ code: 1, err: expect.stringMatching(/1 of 1 ids are published with another text, which they keep: added\./) });
  expect(await line.run('documents', 'withdraw', '--audience', 'acme', '--id', 'added', '--actor', 'bob')).toMatchObject({ code: 0, err: '' });
  await until(refused('PERSISTED_QUERY_NOT_FOUND'));
  expect(await line.run('documents', 'withdraw', '--audience', 'acme', '--id', 'added')).toMatchObject({ code: 1, err: expect.stringContaining('no document "added" is published for acme') });
  expect(JSON.parse((await line.run('documents', 'list', '--audience', 'acme', '--json')).out)).toEqual([
    { audience: 'acme', id: '0a1b2c', hash: sha256(relay), text: relay, publishedBy: 'ada', publishedAt: expect.any(String) },
    { audience: 'acme', id: sha256(byNumber), hash: sha256(byNumber), text: byNumber, publishedBy: 'ada', publishedAt: expect.any(String) },
  ]);
  expect((await line.recordsOf()).filter((one) => one.includes('documents.withdraw'))).toEqual([expect.stringMatching(/bob.*added|added.*bob/)]);
}, 60_000);

test.each<[string, string, number, RegExp]>([
  ['that is no manifest', '["a"]', 1, /expected a manifest/],
  ['of another version', '{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}', 1, /expected a manifest/],
  ['with a hash that is not its document`s', JSON.stringify({ [sha256('x')]: 'y' }), 1, /is not the SHA-256 of its document/],
  ['that is no JSON', '{', 2, /expected JSON/],
])('a file %s is refused', async (_, text, code, message) => {
  expect(await line.run('documents', 'publish', await line.write('wrong.json', text), '--audience', 'acme')).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
});

test('an audience that is not there is a wrong command line', async () => {
  expect(await line.run('documents', 'list', '--audience', 'globex')).toMatchObject({ code: 2, err: expect.stringContaining('--audience: expected internal or self or acme, got "globex"') });
});

test('a manifest of which one document does not fit the schema of the audience is refused whole, and says which and where', async () => {
  const before = await line.recordsOf();
  const fits = '{ customer(by: { number: "10003" }) { number } }';
  const manifest = await line.write('unfit.json', JSON.stringify({
    fits, partly: 'query Two {\n  customer(by: { number: "10003" }) { number billing { balance } }\n}', broken: '{ customer(', schema: '{ __schema { types { name } } }', parts: 'fragment Part on Customer { number }',
    wide: `{ ${Array.from({ length: 31 }, (_, nth) => `c${nth}: customer(by: { number: "10003" }) { number }`).join(' ')} }`,
  }));
  expect(await line.run('documents', 'publish', manifest, '--audience', 'acme')).toMatchObject({ code: 1, out: '', err: [
    `customer360: ${manifest}: 5 of 6 documents could not be sent by clients of acme, so none is published:`,
    '  "partly", line 2, column 46: Cannot query field "billing" on type "Customer".',
    '  "broken", line 1, column 12: Syntax Error: Expected Name, found <EOF>.',
    '  "schema", line 1, column 3: GraphQL introspection has been disabled, but the requested query contained the field "__schema".',
    '  "schema", line 1, column 14: GraphQL introspection has been disabled, but the requested query contained the field "types".',
    '  "parts": expected an operation',
    '  "wide": The operation has 31 root fields; 30 are allowed.',
    '',
  ].join('\n') });
  expect(await line.recordsOf()).toEqual(before);
  expect(await post('partner', { documentId: 'fits' })).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
  // Staff have the field, and may not look at their schema by a published document either, where they may not at all.
  expect(await line.run('documents', 'publish', await line.write('staff.json', JSON.stringify({ staff: '{ customer(by: { number: "10003" }) { billing { balance } } __typename }' })), '--audience', 'internal')).toMatchObject({ code: 0, err: '' });
}, 60_000);

test('while the store cannot look documents up, whoever needs that is told to come again, and nothing else is taken', async () => {
  inStore(company.gateway, 'ALTER TABLE trusted_document RENAME TO trusted_document_gone');
  const unavailable = { status: 503, code: 'STORE_UNAVAILABLE' };
  try {
    // What was read within the last seconds is still known: these ids are new.
    expect(await post('partner', { documentId: 'never-asked' })).toEqual(unavailable);
    expect(await post('support', { query: '{ customer(by: { number: "10009" }) { number } }' })).toEqual(unavailable);
    expect(await get('customer', [['documentId', 'never-asked']])).toEqual(unavailable);
    const { status, headers } = await fetch(`${company.gateway.url}/graphql`, {
      method: 'POST', body: '{"documentId":"never-asked-either"}', headers: { authorization: `Bearer ${company.gateway.issuer.caller('partner')}`, 'content-type': 'application/json' },
    });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    await company.gateway.logged(String(headers.get('x-request-id')));
  } finally {
    inStore(company.gateway, 'ALTER TABLE trusted_document_gone RENAME TO trusted_document');
  }
  expect(await post('partner', { documentId: 'never-asked' })).toEqual(refused('PERSISTED_QUERY_NOT_FOUND'));
});
