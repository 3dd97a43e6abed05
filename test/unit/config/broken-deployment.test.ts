import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { writeDeployment } from '../../fixtures/gateway.ts';
import { sampleEnvironment as env } from '../../fixtures/sample-environment.ts';

const root = join(import.meta.dirname, '../../..');

/** A file's new text, or what is replaced in the sample company's by what. Null removes it. */
type Change = string | null | readonly [string, string];

async function withChanges<Result>(changes: Readonly<Record<string, Change>>, work: (folder: string) => Promise<Result>): Promise<Result> {
  const files = await Promise.all(Object.entries(changes).map(async ([name, change]) => {
    if (change === null || typeof change === 'string') return [name, change] as const;
    const text = await readFile(join(root, 'config', name), 'utf8');
    expect(text).toContain(change[0]);
    return [name, text.replace(change[0], () => change[1])] as const;
  }));
  const folder = await writeDeployment({ files: Object.fromEntries(files) });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The lines that a deployment's faults make; none when it is sound. */
const linesFor = (changes: Readonly<Record<string, Change>>): Promise<readonly string[]> =>
  withChanges(changes, (folder) => loadDeployment(folder, env).then(() => [], (error: unknown) => {
    if (error instanceof Error && error.name === 'ConfigError') return error.message.split('\n');
    throw error;
  }));

test('the sample company has no faults', async () => {
  expect(await linesFor({})).toEqual([]);
});

test('a folder that is not there, or is a file, is one fault', async () => {
  for (const name of ['nowhere', 'package.json']) {
    await expect(loadDeployment(join(root, name), env)).rejects.toMatchObject({ faults: [{ file: join(root, name), path: '', message: 'there is no such folder' }] });
  }
});

describe('customer360.yaml', () => {
  test.each<[string, Change, readonly string[]]>([
    ['that is not there', null, [expect.stringMatching(/^customer360\.yaml: cannot be read/) as unknown as string]],
    ['that is no YAML', 'lead: [crm', ['customer360.yaml: line 1: Flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['with a misspelt setting', ['lead: crm', 'lead: crm\nleader: crm'], ['customer360.yaml: unknown key "leader"']],
    ['without a setting', ['lead: crm\n', ''], ['customer360.yaml: lead: missing; expected a string']],
    ['that is led by nobody', ['lead: crm', 'lead: erp'], ['customer360.yaml: lead: expected one of crm, billing, support, got "erp"']],
    ['with a source twice and one without a file', ['sources: [crm, billing, support]', 'sources: [crm, billing, support, crm, erp]'], [
      'customer360.yaml: sources[3]: "crm" is listed twice',
      'customer360.yaml: sources[4]: there is no file sources/erp.yaml',
    ]],
    ['that forgets a source', ['sources: [crm, billing, support]', 'sources: [crm, billing]'], [
      'customer360.yaml: sources: sources/support.yaml is there but "support" is not listed',
      'customer360.yaml: order.Customer.phone: expected names out of crm, billing, got "support"',
    ]],
    ['that orders by an unknown source', ['[crm, support]', '[erp]'], ['customer360.yaml: order.Customer.phone: expected names out of crm, billing, support, got "erp"']],
    ['that orders what nobody fills', ['Customer.phone:', 'Customer.phon:'], ['customer360.yaml: order.Customer.phon: no source fills this field']],
    ['that orders no field', ['Customer.phone:', 'phone:'], ['customer360.yaml: order.phone: expected a field like "Customer.email", got "phone"']],
    ['whose web pages are everybody`s, with credentials', ['server:\n', 'server:\n  cors: { origins: "*", credentials: true }\n'], [
      'customer360.yaml: server.cors.credentials: expected a list of origins beside "credentials"; never "*"',
    ]],
    ['whose explorer takes callers from links, for others than this machine', ['explorer: ${EXPLORER:-off}', 'host: 0.0.0.0\n  explorer: callers'], [
      'customer360.yaml: server.explorer: "callers" is for demonstrations on this machine, and server.host is "0.0.0.0"; expected tokens or off',
    ]],
    ['whose explorer is neither here nor there', ['explorer: ${EXPLORER:-off}', 'explorer: true'], [expect.stringMatching(/^customer360\.yaml: server\.explorer: .*off.*tokens.*callers.*true/) as unknown as string]],
    ['whose web pages have no origins', ['server:\n', 'server:\n  cors: { origins: ["https://app.example/", "http://app.example", "*.example", "null", "https://*.example"] }\n'], Array.from({ length: 5 }, (_, at) =>
      expect.stringMatching(new RegExp(`^customer360\\.yaml: server\\.cors\\.origins\\[${at}\\]: expected an origin like`)) as unknown as string)],
    ['that gives up before it has answered', ['server:\n', 'server:\n  idleTimeout: 60s\n'], [
      'customer360.yaml: server.idleTimeout: expected more than the longest time an answer may take, 60s by server.requestDeadline and accessReport.deadline',
    ]],
    ['with a short key, which is not printed', ['${CURSOR_KEY}', 'hunter2'], ['customer360.yaml: cursorKey: expected at least 32 bytes']],
    ['with a variable that is not set', ['${CURSOR_KEY}', '${NOT_SET}'], ['customer360.yaml: cursorKey: the environment variable NOT_SET is not set']],
    ['with a secret for signing keys that is too short, and is not printed', ['${TOKEN_KEY_SECRET}', 'hunter2'], ['customer360.yaml: tokens.keySecret: expected at least 32 bytes']],
    ['whose own issuer is no https address', ['https://customer360.sample', 'http://customer360.sample'], [
      expect.stringMatching(/^customer360\.yaml: tokens\.issuer: expected an https address without a query/) as unknown as string,
    ]],
    ['whose own issuer is somebody else`s', ['https://customer360.sample-company.example', 'https://login.sample-company.example'], [
      expect.stringMatching(/^customer360\.yaml: tokens\.issuer: "https:\/\/login\.sample-company\.example" is among the issuers already/) as unknown as string,
    ]],
    ['that issues tokens for itself, with a role that there is not and a purpose that is not registered', ['    acme: { roles: [partner-acme]', '    internal: { roles: [admin], purposes: [x] }\n    acme: { roles: [partner-acme]'], [
      'customer360.yaml: tokens.audiences.internal: expected a partner\'s audience: acme',
      expect.stringMatching(/^customer360\.yaml: tokens\.audiences\.internal\.roles\[0\]: expected one of marketing, .*, got "admin"$/) as unknown as string,
    ]],
    ['that issues tokens for a purpose that is not registered', ['purposes: [partner.share.acme]', 'purposes: [partner.share.globex]'], [
      expect.stringMatching(/^customer360\.yaml: tokens\.audiences\.acme\.purposes\[0\]: expected one of service\.support, .*, got "partner\.share\.globex"$/) as unknown as string,
    ]],
    ['with a rate over a day', ['rate: { requests: 600, per: 1m }', 'rate: { requests: 600, per: 1d }'], [
      expect.stringMatching(/^customer360\.yaml: audiences\.acme\.limits\.rate\.per: expected whole seconds, from 1s to 1h/) as unknown as string,
    ]],
    ['with a time without its unit', ['5s', '5 seconds'], ['customer360.yaml: server.requestDeadline: expected a duration like "800ms", "2s" or "5m", got "5 seconds"']],
    ['with a role that cannot be one', ['roles: [marketing, ', 'roles: [marketing, "sup port", '], ['customer360.yaml: roles[1]: expected a name of letters, digits, - and _, got "sup port"']],
    ['that shows an audience an unknown field', ['      - Customer.number\n', '      - Customer.numbr\n'], ['customer360.yaml: audiences.acme.fields[2]: the schema has no field "Customer.numbr"']],
    ['that shows an audience nothing that can be asked', ['      - Query.customer\n      - Query.customersBy\n', ''], [
      'customer360.yaml: audiences.acme.fields: nothing can be asked without a field of Query',
    ]],
    ['that shows a partner whatever there is', ['  acme:\n', '  apex: { fields: all }\n  acme:\n'], [
      'customer360.yaml: audiences.apex.fields: expected a list of fields; "all" is for internal and self',
    ]],
    ['without a key for the ids of partners', ['pairwiseKey: ${PAIRWISE_KEY}\n', ''], [
      'customer360.yaml: pairwiseKey: missing; the ids that acme sees are made with it, expected at least 32 bytes',
    ]],
    ['with a short key for the ids of partners, which is not printed', ['${PAIRWISE_KEY}', 'hunter2'], ['customer360.yaml: pairwiseKey: expected at least 32 bytes']],
    ['with documents in no unit', ['identity:\n', 'limits: { documents: "32" }\nidentity:\n'], [
      'customer360.yaml: limits.documents: expected a size like "512kB" or "10MB", got "32"',
    ]],
    ['with a short key for hashes', ['roles: [', 'masks: { hashKeys: [{ id: "1", key: short }, { id: "2", key: shorter }] }\nroles: ['], [
      'customer360.yaml: masks.hashKeys[0].key: expected at least 32 bytes', 'customer360.yaml: masks.hashKeys[1].key: expected at least 32 bytes',
    ]],
    ['that links by a name', ['link: [number, email]', 'link: [number, name]'], ['customer360.yaml: identity.link[1]: expected "number" or "email" or "phone", got "name"']],
  ])('%s', async (_, change, lines) => {
    expect(await linesFor({ 'customer360.yaml': change })).toEqual(lines);
  });

  test('that is empty lacks everything', async () => {
    const lines = await linesFor({ 'customer360.yaml': '' });
    expect(lines).toEqual(['store', 'audit', 'cursorKey', 'issuers', 'audiences', 'roles', 'sources', 'lead'].map((name) => expect.stringContaining(`customer360.yaml: ${name}: missing`)));
  });
});

describe('a source', () => {
  test.each<[string, string, Change, readonly string[]]>([
    ['of an unknown protocol', 'crm', ['connector: http', 'connector: soap'], [expect.stringMatching(/^sources\/crm\.yaml: connector: expected http or .* got "soap"$/) as unknown as string]],
    ['with no address', 'crm', ['${CRM_URL}', 'ftp://crm.example'], ['sources/crm.yaml: baseUrl: expected an http or https address, got "ftp://crm.example"']],
    ['that merges records and does not show which, among many', 'billing', ['rows: data, batch: 50 }', 'rows: data, batch: 50, merged: true }'], [
      'sources/billing.yaml: entities.account.read.merged: with true a call reads one key, as no row shows whose it is; got a batch of 50',
    ]],
    ['with an entity without a key', 'crm', ['    key: id\n    read', '    keyy: id\n    read'], ['sources/crm.yaml: entities.contact.key: missing; expected a string']],
    ['with a list in no entity', 'crm', ['within: contact.scores', 'within: kontact.scores'], [
      'sources/crm.yaml: entities.score.within: expected one of the entities contact and a path into it, got "kontact.scores"',
    ]],
    ['that is required, of which it could not be told whether it is there', 'billing', ['entities:\n  account:\n    key: id\n    read: { get: /v1/accounts, query: { ids: "{keys}" }, rows: data, batch: 50 }\n    find:\n      number: { get: /v1/accounts, query: { customer_numbers: "{values}" }, rows: data, match: customer_number, batch: 50 }\n      email: { get: /v1/accounts, query: { emails: "{values}" }, rows: data, match: email, compare: caseless, batch: 50 }\n', 'required: true\nentities:\n  account:\n    key: id\n    keyPattern: "[A-Z]+"\n    read: { get: /v1/accounts, query: { ids: "{keys}" }, rows: data, batch: 50 }\n'], [
      'sources/billing.yaml: required: nothing can be asked of entities.account that would find nobody, and so not whether the source is there: expected a find, or a read whose keyPattern takes fifteen digits',
    ]],
    ['that knows customers by no entity', 'crm', ['identity:\n  entity: contact', 'identity:\n  entity: score'], ['sources/crm.yaml: identity.entity: expected one of contact, got "score"']],
    ['that knows customers by their fax', 'crm', ['phone: phone\n', 'fax: phone\n'], ['sources/crm.yaml: identity.identifiers: unknown key "fax"']],
    ['that fills an unknown field', 'crm', ['Customer.number: contact', 'Customer.numbr: contact'], ['sources/crm.yaml: map.Customer.numbr: the schema has no such field']],
    ['that fills from an unknown entity', 'crm', ['Customer.number: contact.', 'Customer.number: kontact.'], [
      'sources/crm.yaml: map.Customer.number: expected a path that starts with an entity (contact, score), got "kontact.customer_number"',
    ]],
    ['that fills what the gateway fills', 'crm', ['Customer.number:', 'Customer.id: contact.id\n  Customer.number:'], ['sources/crm.yaml: map.Customer.id: is filled by the gateway itself']],
    ['that converts in an unknown way', 'crm', ['score.type, as: upper', 'score.type, as: uper'], ['sources/crm.yaml: map.Score.type.as: got "uper", which fits none of the forms this setting can have']],
    ['that maps to an unknown word', 'crm', ['{ value: home }', '{ value: home }\n      type2: { value: x }'], ['sources/crm.yaml: map.Customer.contactPoints[3].type2: the schema has no PostalAddress.type2']],
    ['that gathers what does not belong there', 'crm', ['- type: SocialHandle', '- type: Score'], [
      'sources/crm.yaml: map.Customer.contactPoints[4].type: expected ContactPoint or a type that implements it, got "Score"',
    ]],
    ['that is the authority for an unknown purpose', 'crm', ['  marketing.email:\n', '  marketing.mail:\n'], ['sources/crm.yaml: consents.marketing.mail: purposes.yaml has no such purpose']],
    ['that is the authority where nobody is asked', 'crm', ['  marketing.email:\n', '  service.support:\n'], [
      'sources/crm.yaml: consents.service.support: the purpose rests on contract, so nobody is asked for consent to it',
    ]],
    ['that is the authority and does not say on what', 'crm', ['    status: { from: contact.email_consent, as: upper }\n', ''], [
      'sources/crm.yaml: consents.marketing.email.status: says whether consent was given: GRANTED, DENIED or WITHDRAWN; expected where it lies',
    ]],
    ['that says of consent what nobody says', 'crm', ['status: { from: contact.email_consent, as: upper }', 'status: { value: MAYBE }'], [
      'sources/crm.yaml: consents.marketing.email.status: expected one of GRANTED, DENIED, WITHDRAWN, EXPIRED for ConsentStatus, got "MAYBE"',
    ]],
    ['with a broken expression', 'billing', ['"$[0] and', '"$[0 and'], [
      'sources/billing.yaml: map.PaymentMethod.expiresOn.as.jsonata: not a JSONata expression: Expected "]" before end of expression',
    ]],
    ['with rows of nothing', 'billing', ['Customer.invoices: invoice', 'Customer.invoices: invoic'], [
      'sources/billing.yaml: map.Customer.invoices: expected an entity out of account, invoice, subscription, payment, paymentMethod, refund, got "invoic"',
    ]],
  ])('%s', async (_, source, change, lines) => {
    expect(await linesFor({ [`sources/${source}.yaml`]: change })).toEqual(lines);
  });
});

describe('reports on customers', () => {
  test.each<[string, Readonly<Record<string, Change>>, readonly string[]]>([
    ['made at the command line for a purpose of something else', { 'customer360.yaml': ['purpose: data.subject.request', 'purpose: service.support'] }, [
      'customer360.yaml: accessReport.commandLine.purpose: expected a purpose of purposes.yaml that covers "report", got "service.support"',
    ]],
    ['made in the name of a role that there is not', { 'customer360.yaml': ['roles: [privacy-officer] }', 'roles: [privacy-officer, root] }'] }, [
      'customer360.yaml: accessReport.commandLine.roles[1]: expected one of marketing, marketing-lead, support, service-lead, steward, privacy-officer, partner-acme, customer, got "root"',
    ]],
    ['made in the name of no role', { 'customer360.yaml': ['roles: [privacy-officer] }', 'roles: [] }'] }, [expect.stringMatching(/^customer360\.yaml: accessReport\.commandLine\.roles: /) as unknown as string]],
    ['for an audience that cannot ask for customers', { 'customer360.yaml': ['self: { fields: all, introspection: true }', 'self: { fields: [Query.me, Query.accessReport, AccessReport.customer, Customer.number] }'] }, [
      'customer360.yaml: audiences.self.fields: Query.accessReport needs Query.customer beside it',
    ]],
    ['for a purpose that customers may refuse', { 'purposes.yaml': ['data.subject.request:\n  legalBasis: legal obligation', 'data.subject.request:\n  legalBasis: legitimate interest'] }, [
      'purposes.yaml: data.subject.request.legalBasis: expected "legal obligation" of a purpose that covers "report", which is to answer the person herself (GDPR Art. 15); got "legitimate interest"',
    ]],
    ['in a language that they are not written in', { 'texts/fr.yaml': 'sources: { crm: clients }' }, ['texts/fr.yaml: expected the name of a language out of en, nl, da, got "fr"']],
    ['with texts for a purpose that there is not', { 'texts/nl.yaml': 'purposes: { ads: { description: x } }' }, ['texts/nl.yaml: purposes.ads: there is no such purpose in purposes.yaml']],
    ['with a text for what is no field', { 'texts/nl.yaml': 'fields: { email: x }' }, ['texts/nl.yaml: fields.email: expected a field like "Customer.email", got "email"']],
  ])('%s', async (_, changes, lines) => {
    expect(await linesFor(changes)).toEqual(lines);
  });
});

describe('SDL', () => {
  test.each<[string, string, readonly string[]]>([
    ['that does not parse', 'type X {', ['schema/x.graphql: line 1: Syntax Error: Expected Name, found <EOF>.']],
    ['with an unknown type and a field that is there already', 'extend type Customer {\n  x: Nope @class(is: PROFILE)\n  number: Int\n}', [
      'schema/x.graphql: line 3: Field "Customer.number" can only be defined once.',
      'schema/x.graphql: line 2: Unknown type "Nope". Did you mean "Node"?',
    ]],
    ['whose fields have no data class', 'extend type Customer { x: X @class(is: PROFILE) } type X { y: String }', [
      'schema/x.graphql: X.y: has no data class; add @class(is: …) to the field or its type',
    ]],
    ['whose fields have an unknown data class', 'extend type Customer { x: X @class(is: PROFILE) } type X @class(is: PROFIL) { y: String }', [
      'schema/x.graphql: X.y: there is no data class PROFIL',
    ]],
    ['that promises what a denial could not keep', 'extend type Customer { x: X! @class(is: PROFILE) } type X @class(is: PROFILE) { y: String }', [
      'schema/x.graphql: Customer.x: must be nullable: a denied or failed field is null',
    ]],
  ])('%s', async (_, text, lines) => {
    expect((await linesFor({ 'schema/x.graphql': text })).toSorted()).toEqual(lines.toSorted());
  });
});

describe('a policy', () => {
  const about = (rest: string): string => `@id("x") permit (principal in Role::"support", action == Action::"read", ${rest};`;

  test.each<[string, string, RegExp]>([
    ['that does not parse', 'permit (principal', /^line 1: unexpected end of input$/],
    ['without a name', 'permit (principal, action, resource);', /^policy 1: has no @id/],
    ['with the name of another', '@id("support-reads-for-service") forbid (principal, action, resource);', /^support-reads-for-service: this id is already used in policies\/support\.cedar$/],
    ['for an unknown role', '@id("x") permit (principal in Role::"suport", action == Action::"read", resource);', /^x: entity `Role::"suport"`/],
    ['about an unknown class', about('resource in DataClass::"contakt")'), /^x: entity `DataClass::"contakt"`/],
    ['about an unknown field', about('resource == Field::"Customer.emial")'), /^x: the schema has no governed field "Customer\.emial"$/],
    ['about an unknown type', about('resource in Type::"Custmer")'), /^x: the schema has no governed type "Custmer"$/],
    ['for an unknown purpose', about('resource) when { context.purpose == Purpose::"service.suport" }'), /^x: entity `Purpose::"service\.suport"`/],
    ['that looks at what nobody has', about('resource) when { principal.salary > 5 }'), /^x: attribute `salary`/],
    ['that looks at what is not known', about('resource) when { context.customer.vip }'), /^x: attribute `customer\.vip` in context/],
    ['that looks at the customer where there is none yet', '@id("x") permit (principal, action == Action::"lookup", resource) when { context.customer.restricted };', /^x: attribute `customer` in context/],
    ['with a restriction that nobody carries out', about('resource)').replace('permit', '@rate("10") permit'), /^x: unknown annotation @rate/],
    ['with a mask that does not fit', about('resource == Field::"Customer.since")').replace('permit', '@mask("last4") permit'), /^x: the mask "last4" does not fit Customer\.since \(Date\)/],
    ['with a hash without a key', about('resource == Field::"Customer.number")').replace('permit', '@mask("hash") permit'), /^x: a hash needs a key/],
    ['with a hole in it', '@id("x") permit (principal == ?principal, action, resource);', /^policy templates are not used here/],
    ['that compares what cannot be equal', about('resource) when { principal.kind == 5 }'), /^x: the types Long and String are not compatible/],
  ])('%s is a fault', async (_, text, line) => {
    const [first = '', ...more] = await linesFor({ 'policies/x.cedar': text });
    expect(first).toMatch(/^policies\/x\.cedar: /);
    expect(first.replace('policies/x.cedar: ', '')).toMatch(line);
    expect(more).toEqual([]);
  });

  test('for a purpose that was renamed is named wherever it stands', async () => {
    const lines = await linesFor({ 'purposes.yaml': ['marketing.email:', 'marketing.mail:'] });
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'texts/da.yaml: purposes.marketing.email',
      'texts/nl.yaml: purposes.marketing.email',
      'sources/crm.yaml: consents.marketing.email',
      'policies/access.cedar: marketing-lead-approves-for-marketing',
      ...['marketing-sees-customers', 'marketing-reads-for-email', 'marketing-sees-value-and-service-history', 'marketing-lists-segments'].map((id) => `policies/marketing.cedar: ${id}`),
    ]);
  });
});

test('a purpose that refuses whole customers has its consents in the store', async () => {
  expect(await linesFor({ 'purposes.yaml': ['legalBasis: consent', 'legalBasis: consent\n  scope: row'] })).toEqual([
    'sources/crm.yaml: consents.marketing.email: the purpose refuses whole customers (scope: row); consent to it has to be in the store',
  ]);
});

test('the faults of all files are listed together', async () => {
  const lines = await linesFor({
    'customer360.yaml': ['lead: crm', 'lead: erp'],
    'purposes.yaml': ['legalBasis: contract', 'legalBasis: because'],
    'sources/crm.yaml': ['concurrency: 20', 'concurrency: 0'],
    'sources/billing.yaml': 'connector: http',
    'sources/support.yaml': ['Ticket.name:', 'Ticket.nam:'],
    'policies/support.cedar': ['Role::"support"', 'Role::"suport"'],
    'schema/loyalty.graphql': 'extend type Customer { tier: String @class(is: SECRET) }',
  });
  expect(new Set(lines.map((line) => line.split(':')[0]))).toEqual(new Set([
    'customer360.yaml', 'purposes.yaml', 'sources/crm.yaml', 'sources/billing.yaml', 'sources/support.yaml', 'policies/support.cedar', 'schema/loyalty.graphql',
  ]));
});

test('two purposes may not go by one name of the Data Privacy Vocabulary', async () => {
  const twice = (name: string): string => `${name}: { legalBasis: consent, owner: CMO, description: Ads., dpv: Advertising }`;
  expect(await linesFor({ 'purposes.yaml': ['marketing.email:', `${twice('ads.one')}\n${twice('ads.two')}\nmarketing.email:`] })).toEqual([
    'purposes.yaml: ads.two.dpv: "Advertising" is the name of ads.one already',
  ]);
});

test('an unknown data class of a purpose is a fault', async () => {
  expect(await linesFor({ 'purposes.yaml': ['[identifier, profile, contact, financial, service, behaviour, consent, use]', '[identifier, money]'] })).toEqual([
    'purposes.yaml: service.support.dataClasses[1]: expected one of identifier, profile, contact, financial, service, behaviour, consent, special, lineage, access, report, use, got "money"',
  ]);
});

test('a text that would not be read is a fault: a policy among them may be one that forbids', async () => {
  const forbid = '@id("x") forbid (principal, action, resource);';
  const lines = await linesFor({ 'policies/more/x.cedar': forbid, 'policies/Y.CEDAR': forbid, 'sources/q.yml': 'connector: http', 'schema/x.gql': 'type X { a: Int }' });
  expect(lines.toSorted()).toEqual([
    'policies/Y.CEDAR: is not read; expected files that end in .cedar, in policies itself',
    'policies/more/: is not read; expected files that end in .cedar, in policies itself',
    'schema/x.gql: is not read; expected files that end in .graphql, in schema itself',
    'sources/q.yml: is not read; expected files that end in .yaml, in sources itself',
  ]);
  expect(await linesFor({ 'policies/README.md': 'what these are for', 'policies/.cache/x': '' })).toEqual([]);
});

test('policies that are no policies are listed also where their words are not known', async () => {
  const lines = await linesFor({ 'schema/x.graphql': 'type {', 'policies/x.cedar': 'permit(' });
  expect(lines.map((line) => line.replace(/: .*$/, ''))).toEqual(expect.arrayContaining(['schema/x.graphql', 'policies/x.cedar']));
});

test('an address with credentials is not shown', async () => {
  const [line] = await linesFor({ 'sources/crm.yaml': ['${CRM_URL}', 'htp://user:hunter2@crm.internal'] });
  expect(line).toBe('sources/crm.yaml: baseUrl: expected an http or https address');
});

describe('the command line', () => {
  const run = (folder: string, command: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, ['src/main.ts', command, '--config', folder], { cwd: root, env: { ...env, PATH: process.env['PATH'] } }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });

  test.each(['check', 'serve'])('%s ends with 1, the faults and nothing else', async (command) => {
    const answer = await withChanges({ 'customer360.yaml': ['lead: crm', 'lead: erp'], 'sources/crm.yaml': ['concurrency: 20', 'concurrency: 0'] }, (folder) => run(folder, command));
    expect(answer).toEqual({
      code: 1,
      out: '',
      err: 'sources/crm.yaml: limits.concurrency: too small: expected number to be >=1, got 0\ncustomer360.yaml: lead: expected one of crm, billing, support, got "erp"\n',
    });
  });

  test('check says that a sound deployment is sound, and starts nothing', async () => {
    const { code, out, err } = await withChanges({}, (folder) => run(folder, 'check'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^sound: 3 sources, \d+ governed fields, \d+ policies/);
  });
});

describe('a cache of an entity', () => {
  const cached = (cache: string): Promise<readonly string[]> => linesFor({ 'sources/billing.yaml': ['  account:\n    key: id\n', `  account:\n    key: id\n    cache: ${cache}\n`] });
  test.each([
    ['{ staleIfError: 1h }', 'sources/billing.yaml: entities.account.cache.maxAge: missing; expected a string'],
    ['{ maxAge: 2h, staleIfError: 1h }', 'sources/billing.yaml: entities.account.cache.staleIfError: expected no less than maxAge: both are counted from when the row was read'],
    ['{ maxAge: 8d }', 'sources/billing.yaml: entities.account.cache.maxAge: expected at most 7d'],
    ['{ maxAge: 1h, for: everybody }', 'sources/billing.yaml: entities.account.cache: unknown key "for"'],
  ])('%s is a fault', async (cache, line) => {
    expect(await cached(cache)).toEqual([line]);
  });
  test('with both, or with maxAge alone, is none', async () => {
    expect(await Promise.all(['{ maxAge: 1h }', '{ maxAge: 1h, staleIfError: 1d }'].map(cached))).toEqual([[], []]);
  });
});
