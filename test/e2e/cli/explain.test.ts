import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aCommandLine, figuresOf, type CommandLine } from './command-line.ts';

let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
});
afterEach(() => line.remove());

const support = { kind: 'staff', roles: ['support'], purposes: ['service.support'] };
const acme = { kind: 'partner', audience: 'acme', roles: ['partner-acme'], scopes: ['customer:read'], purposes: ['partner.share.acme'], customers: ['10001'] };
const marketing = { kind: 'staff', roles: ['marketing'], purposes: ['marketing.email', 'service.support'] };
const byNumber = '{ customer(by: { number: "10001" }) { number email profile { name } } }';

async function explain(caller: unknown, document: string, ...options: readonly string[]): Promise<Awaited<ReturnType<CommandLine['run']>>> {
  return line.run('explain', '--as', await line.write('caller.json', JSON.stringify(caller)), await line.write('query.graphql', document), ...options);
}

/** Without what aligns. */
const wordsOf = ({ out }: { readonly out: string }): readonly string[] => out.trimEnd().split('\n').map((one) => one.trim().replace(/ {2,}/g, ' | '));

test('says of each field what is decided, by which policies and on what it depends, and which calls follow', async () => {
  const explained = await explain(acme, byNumber);
  expect({ code: explained.code, err: explained.err }).toEqual({ code: 0, err: '' });
  const law = 'if no objection, not restricted';
  expect(wordsOf(explained)).toEqual([
    'for partner.share.acme',
    'cost 6 of 5000',
    'field | decision | policies | ask',
    '(lookup Customer.number) | allow | acme-looks-up-its-customers',
    '(see Customer.id) | allow | acme-sees-its-customers',
    `customer.number | allow ${law} | acme-reads-its-contract, law-objection, law-restriction`,
    `customer.email | mask email ${law} | acme-recognises-addresses, law-objection, law-restriction`,
    `customer.profile | allow ${law} | acme-reads-its-contract, law-objection, law-restriction`,
    `customer.profile.name | allow ${law} | acme-reads-its-contract, law-objection, law-restriction`,
    'wave 1: look-up',
    'source | entity | by | when | paths',
    'crm | contact | number | where the store has no link | customer_number email email_verified_at phone',
    'billing | account | number | where the store has no link and none before knows her | customer_number email',
    'wave 2: links',
    'source | entity | by | when | paths',
    'crm | contact | number | where she is not linked to it | customer_number email email_verified_at phone',
    'crm | contact | email | where she is not linked to it | customer_number email email_verified_at phone',
    'billing | account | number | where she is not linked to it | customer_number email',
    'billing | account | email | where she is not linked to it | customer_number email',
    'support | requester | email | where she is not linked to it | email emailVerified externalId phone',
    'wave 3: records',
    'source | entity | by | when | paths',
    'crm | contact | id | always | customer_number email first_name last_name',
    'billing | account | id | where what is preferred has no value | email',
    'support | requester | id | where what is preferred has no value | email',
  ]);
  expect(await line.recordsOf()).toEqual([]);
});

test('settles with assumed facts, and plans away what they deny', async () => {
  const objects = await line.write('facts.json', JSON.stringify({ consents: ['marketing.email'], objections: ['marketing.email'] }));
  const explained = await explain(marketing, byNumber, '--purpose', 'marketing.email', '--facts', objects);
  const rows = wordsOf(explained);
  expect(rows).toContain('customer.email | allow if consent, no objection, not restricted | deny: objection | law-objection | CMO');
  expect(rows).toContain('wave 3: consent');
  expect(rows).toContain('crm | contact | id | always | email_consent email_consent_at');
  expect(rows.some((one) => one.includes('records'))).toBe(false);
});

test.each([
  ['whom its token does not name', ['10001'], 'allow if named by the token or a customer of acme', 'allow if named by the token'],
  ['where its token names nobody', [], 'allow if a customer of acme', 'deny: scope'],
])('a partner is told on what it depends that it sees a customer %s', async (_, customers, atBest, ofNoPartner) => {
  const caller = { ...acme, customers };
  const document = '{ customer(by: { number: "10055" }) { number } }';
  const sightIn = (rows: readonly string[]): string | undefined => rows.find((one) => one.startsWith('(see '));
  expect(sightIn(wordsOf(await explain(caller, document)))).toBe(`(see Customer.id) | ${atBest} | acme-sees-its-customers`);
  const nobodys = wordsOf(await explain(caller, document, '--facts', await line.write('facts.json', '{"partners":[]}')));
  expect(sightIn(nobodys)).toMatch(`(see Customer.id) | ${atBest} | ${ofNoPartner}`);
  expect(nobodys.includes('no source is asked')).toBe(customers.length === 0);
  const own = await line.write('facts.json', '{"partners":["acme"]}');
  expect(sightIn(wordsOf(await explain(caller, document, '--facts', own)))).toBe(`(see Customer.id) | ${atBest} | allow | acme-sees-its-customers`);
  expect(figuresOf(await explain(caller, document, '--json'))).toMatchObject({
    fields: expect.arrayContaining([expect.objectContaining({
      action: 'see', decision: { kind: 'open', policies: ['acme-sees-its-customers'] }, best: expect.objectContaining({ needs: [{ kind: 'met', words: atBest.replace('allow if ', '') }] }),
    })]),
  });
});

test('whom a token names, and whom staff ask for, is seen whoever she is', async () => {
  for (const caller of [acme, support]) expect(wordsOf(await explain(caller, byNumber)).find((one) => one.startsWith('(see '))).toMatch(/^\(see Customer\.id\) \| allow \| /);
});

test('what is denied to a caller is told with whom to ask, and nothing is asked for it', async () => {
  const explained = await explain(support, '{ customer(by: { id: "x" }) { churn: segments } customers(first: 1) { edges { node { id } } } }');
  const rows = wordsOf(explained);
  expect(rows.find((one) => one.startsWith('customer.churn'))).toMatch(/\| deny: scope; a grant would open it; an emergency would open it \|.* CIO$/);
  expect(rows).toContain('customers is refused: UNAUTHORIZED_FIELD_OR_TYPE: Not permitted: Query.customers.');
  expect(rows).toContain('no source is asked');
});

test('connections are read with the records, and what hangs below their rows in a wave of its own', async () => {
  const { out } = await explain(support, '{ customer(by: { id: "x" }) { tickets { edges { node { name comments { edges { node { body } } } } } } } sources { key } }', '--json');
  const { waves, fields } = JSON.parse(out);
  expect(waves.slice(1)).toEqual([
    { name: 'records', calls: [{ source: 'support', entity: 'ticket', by: 'requester', paths: ['subject'], when: 'always' }] },
    { name: 'nested', calls: [{ source: 'support', entity: 'comment', by: 'ticket', paths: ['body'], when: 'always' }] },
  ]);
  expect(fields.find((one: { readonly path?: string }) => one.path === 'sources').decision).toMatchObject({ kind: 'allow' });
});

test('variables and the operation may be named', async () => {
  const document = 'query A($key: CustomerKey!) { customer(by: $key) { number } } query B { __typename }';
  const variables = await line.write('variables.json', '{"key":{"email":"a@b.example"}}');
  const explained = await explain(support, document, '--variables', variables, '--operation', 'A', '--json');
  expect(figuresOf(explained)).toMatchObject({ purpose: 'service.support', fields: expect.arrayContaining([expect.objectContaining({ action: 'lookup', field: 'Customer.email' })]) });
  expect(wordsOf(await explain(support, document, '--operation', 'B'))).toEqual(['the schema alone answers this; nothing is decided']);
});

test.each([
  ['a field that the audience does not have', acme, '{ customer(by: { number: "1" }) { phone } }', [], /query\.graphql:1:35: GRAPHQL_VALIDATION_FAILED: Cannot query field "phone"/],
  ['what is no GraphQL', support, '{ customer(', [], /query\.graphql:1:12: GRAPHQL_PARSE_FAILED: Syntax Error/],
  ['an operation that is not there', support, '{ __typename }', ['--operation', 'X'], /OPERATION_RESOLUTION_FAILURE/],
  ['a variable that is missing', support, 'query ($key: CustomerKey!) { customer(by: $key) { number } }', [], /BAD_USER_INPUT: Variable "\$key"/],
  ['a purpose that is not the caller\'s', support, byNumber, ['--purpose', 'marketing.email'], /PURPOSE_NOT_ALLOWED/],
  ['no purpose where the caller has several', marketing, byNumber, [], /PURPOSE_REQUIRED/],
  ['a list that is too long', support, `{ customersBy(keys: [${'{ id: "x" },'.repeat(101)}]) { number } }`, [], undefined],
])('tells %s as the server would', async (_, caller, document, options, message) => {
  const { code, out, err } = await explain(caller, document, ...options);
  if (message === undefined) return expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/customersBy is refused: BAD_USER_INPUT: keys: expected at most 100/) });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(message);
});

test.each([
  ['an unknown role, view and purpose', { ...support, roles: ['suport'], audience: 'acne', purposes: ['x'] }, [
    'roles[0]: expected one of marketing, marketing-lead, support, service-lead, steward, privacy-officer, partner-acme, customer, got "suport"',
    'purposes[0]: expected one of service.support, service.billing, marketing.email, partner.share.acme, identity.stewardship, data.subject.request, got "x"',
    'audience: expected one of internal, self, acme, got "acne"',
  ]],
  ['a view of another kind', { ...acme, audience: 'internal' }, ['audience: a partner has no view "internal"']],
  ['a partner without one', { ...acme, audience: undefined }, ['audience: missing; expected one of internal, self, acme']],
  ['a kind that no issuer vouches for', { kind: 'service' }, ['kind: no issuer of the deployment vouches for a service']],
  ['customers of one who may ask for all', { ...support, customers: ['1'] }, ['customers: expected none: the token of such a caller names no customers']],
  ['an unknown key and a wrong type', { ...support, role: 'x', scopes: 'a b' }, ['unknown key "role"', 'scopes: expected an array, got "a b"']],
  ['no caller at all', [], ['expected an object, got a list']],
])('a caller with %s is a wrong command line', async (_, caller, faults) => {
  const { code, out, err } = await explain(caller, byNumber);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  for (const fault of faults) expect(err).toContain(`${line.path('caller.json')}: ${fault}\n`);
});

test('files and options that cannot be are told by name', async () => {
  const facts = await line.write('facts.json', '{"consents":["nonsense"],"restriction":true}');
  expect(await explain(support, byNumber, '--facts', facts)).toMatchObject({ code: 2, err: expect.stringContaining('restriction: expected an object, got true') });
  expect(await explain(support, byNumber, '--facts', await line.write('facts.json', '{"partners":["nobody"]}'))).toMatchObject({ code: 2, err: expect.stringContaining('partners[0]: expected one of internal, self, acme, got "nobody"') });
  expect(await explain(support, byNumber, '--facts', await line.write('facts.json', '{'))).toMatchObject({ code: 2, err: expect.stringMatching(/--facts: .*facts\.json: expected JSON/) });
  expect(await explain(support, byNumber, '--variables', await line.write('v.json', '[]'))).toMatchObject({ code: 2, err: expect.stringMatching(/--variables: .*expected an object/) });
  expect(await explain(support, byNumber, '--purpose', 'nonsense')).toMatchObject({ code: 2, err: expect.stringContaining('--purpose: expected one of service.support') });
  expect(await line.run('explain', '--as', line.path('nowhere.json'), line.path('query.graphql'))).toMatchObject({ code: 2, err: expect.stringContaining('--as:') });
  expect(await line.run('explain', line.path('query.graphql'))).toMatchObject({ code: 2, err: expect.stringContaining("required option '--as <file>'") });
  await line.write('purposes.yaml', 'nonsense');
  expect(await explain(support, byNumber)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('purposes.yaml') });
});

test('what a policy on trial would change is told beside what is decided', async () => {
  await line.write('policies/trial.cedar', '@id("no-addresses") @dryRun("asked for by the DPO") forbid (principal, action == Action::"read", resource == Field::"Customer.email");');
  const rows = wordsOf(await explain(acme, byNumber));
  expect(rows.find((one) => one.startsWith('customer.email'))).toMatch(/^customer.email \| mask email if /);
  expect(rows).toContain('on trial: no-addresses would make customer.email denied, now dependent on the customer');
});
