import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { load, type CheerioAPI } from 'cheerio';
import type { AccessReport } from '../../../src/report/report.ts';
import { askReport, recordsIn, reportIn, textsIn, valuesIn } from '../../fixtures/access-report.ts';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { inStore, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent } from '../../fixtures/facts.ts';
import { writeDeployment } from '../../fixtures/gateway.ts';
import { faultsOfPage } from '../../fixtures/html.ts';
import { commandLineOf, figuresOf, type CommandLine } from './command-line.ts';

// Each command starts cold and decides on every field there is, which takes a busy machine many seconds.
jest.setTimeout(90_000);

const hostile = '"><script>alert(1)</script>';

/** The sample company with a gateway that serves, and the command line for the same deployment. */
let company: TestCompany;
let line: CommandLine;
let customer: string;
beforeAll(async () => {
  company = await startCompany();
  line = commandLineOf(company.gateway.folder, company.setup.env);
  ({ customer } = reportIn(await askReport(company.gateway, { number: '10001' })));
  await recordFacts(company.gateway, [[customer, aConsent({ source: 'webshop', evidence: hostile })]]);
}, 30_000);
afterAll(() => company.stop());

let made: CommandLine[] = [];
afterEach(async () => {
  await Promise.all(made.map((one) => one.remove()));
  made = [];
});

/** The command line for another deployment of the sample company's, with an empty store unless none is wanted. */
async function another(files: Readonly<Record<string, string>>, { env = {}, store = true } = {}): Promise<CommandLine> {
  const folder = await writeDeployment({ files: { ...company.setup.files, ...files } });
  const other = commandLineOf(folder, { ...company.setup.env, ...env });
  made.push(other);
  if (store) await other.withStore(async () => undefined);
  return other;
}

const settings = (edit: (text: string) => string): Readonly<Record<string, string>> => ({ 'customer360.yaml': edit(company.setup.files['customer360.yaml'] ?? '') });
const actionsIn = (folder: string): readonly unknown[] => auditEntries({ folder }, 'administration').map(({ actor, action, about }) => ({ actor, action, about }));
const pageAt = async (path: string): Promise<CheerioAPI> => load(await readFile(path, 'utf8'));

describe('the page', () => {
  test('has all that the gateway tells, for its owner alone to read', async () => {
    const path = line.path('all.html');
    expect(await line.run('report', '--customer', customer, '--out', path)).toMatchObject({ code: 0, err: '', out: expect.stringMatching(new RegExp(`^written to ${path}\n.*customer +${customer}\n`, 's')) });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await faultsOfPage(await readFile(path, 'utf8'))).toEqual([]);
    const $ = await pageAt(path);
    const text = $('main').text();
    const report = reportIn(await askReport(company.gateway, { id: customer }));
    const inWords = /^(Identity|LinkEvent|LinkName|Consent|ConsentRecord|Objection|RelationRecord)\.(evidence|namespace|purpose|source)$|\.label$/;
    const asTheyAre = valuesIn(report).filter(({ field, type, value }) => ['String', 'ID', 'EmailAddress', 'PhoneNumber', 'URL'].includes(type) && (value === hostile || !inWords.test(field)));
    expect(text).toContain('the same customer number: customer files ');
    expect(text).not.toMatch(/FIRST_SEEN|NUMBER|BILLING/);
    expect(asTheyAre.length).toBeGreaterThan(500);
    expect(asTheyAre.filter(({ value }) => !text.includes(value)).map(({ path: at }) => at)).toEqual([]);
    expect($('caption').filter((_, one) => $(one).text() === `Invoices (${recordsIn(report, 'Invoice').length})`).length).toBe(1);
    for (const { description } of report.purposes) expect(text).toContain(description);
    expect($('.mark').text()).toContain('inferred');
    expect(text).toContain('Berliner Beauftragte');
    expect($('header').text()).toContain('Sample Company GmbH');
    // It runs and loads nothing, whatever a value is.
    expect($('script, link, img, iframe, [src]').length).toBe(0);
    expect($('dd').filter((_, one) => $(one).text() === hostile).length).toBeGreaterThan(0);
  });

  test.each([
    ['nl', 'nl-NL', 'nl', 'Overzicht van uw persoonsgegevens', /Adressen en nummers \(\d+\)/],
    ['da', 'da-DK', 'da', 'Oversigt over dine personoplysninger', /Adresser og numre \(\d+\)/],
  ])('is in her language, %s', async (_, tag, lang, title, caption) => {
    const person = company.people.all().find(({ language, copies: { crm, billing, support } }) => language === tag && crm !== undefined && billing !== undefined && support !== undefined);
    const path = line.path(`${lang}.html`);
    expect(await line.run('report', '--number', person?.number ?? '', '--out', path)).toMatchObject({ code: 0 });
    const $ = await pageAt(path);
    expect([$('html').attr('lang'), $('h1').text(), $('.note').length]).toEqual([lang, title, 0]);
    expect($('main').text()).toMatch(caption);
    expect(await faultsOfPage(await readFile(path, 'utf8'))).toEqual([]);
  });

  test('is in English for whose language there is none, and says so; in another one if that is asked for', async () => {
    const path = line.path('german.html');
    await line.run('report', '--customer', customer, '--out', path);
    const english = await pageAt(path);
    expect([english('html').attr('lang'), english('.note').text()]).toEqual(['en', expect.stringContaining('not available in the language')]);
    expect((await line.run('report', '--customer', customer, '--out', path, '--replace', '--language', 'da')).code).toBe(0);
    const danish = await pageAt(path);
    expect(danish('html').attr('lang')).toBe('da');
    expect(danish('main').text()).toContain('At hjælpe en kunde, som beder om det.');
  });
});

test('the page says who was given her data, and before that that nobody was', async () => {
  const told = async (file: string, language: string): Promise<readonly string[]> => {
    expect(await line.run('report', '--number', '10002', '--out', line.path(file), '--language', language)).toMatchObject({ code: 0 });
    expect(await faultsOfPage(await readFile(line.path(file), 'utf8'))).toEqual([]);
    const $ = await pageAt(line.path(file));
    return $('#disclosures').parent().find('p, tbody th, tbody td').get().map((one) => $(one).text());
  };
  expect(await told('before.html', 'en')).toEqual([expect.stringContaining('no other organisation was given data of yours')]);
  expect((await company.gateway.ask('{ customer(by: { number: "10002" }) { number email } }', { token: company.gateway.issuer.caller('partner') })).errors).toEqual([]);
  const time = expect.stringMatching(/ UTC$/);
  expect(await told('after.html', 'nl')).toEqual([
    expect.stringContaining('Deze andere organisaties'), 'acme', 'Wat Acme volgens het contract van zijn klanten mag weten.', 'Nummers en kenmerkenHoe u te bereiken bent gedeeltelijk getoond', '1', time, time,
  ]);
});

describe('as JSON', () => {
  test('it is what the gateway answers', async () => {
    const { code, out, err } = await line.run('report', '--customer', customer, '--json');
    expect({ code, err, lines: out.split('\n').length }).toEqual({ code: 0, err: '', lines: 2 });
    const printed = JSON.parse(out) as AccessReport;
    const asked = reportIn(await askReport(company.gateway, { id: customer }));
    const timeless = (report: AccessReport): unknown => JSON.parse(JSON.stringify(report, (name, value: unknown) => (name === 'madeAt' || name === 'readAt' ? 'then' : value)));
    const values = (report: AccessReport): readonly unknown[] => valuesIn(report).filter(({ field }) => !field.endsWith('.lastSeenAt')).map(({ path, value }) => [path, value]);
    expect(values(printed)).toEqual(values(asked));
    expect(timeless({ ...printed, data: [] })).toEqual(timeless({ ...asked, data: [] }));
  });

  test('it goes into a file, and figures are printed', async () => {
    const path = line.path('all.json');
    const ended = await line.run('report', '--number', '10001', '--json', '--out', path);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const report = JSON.parse(await readFile(path, 'utf8')) as AccessReport;
    expect(figuresOf(ended)).toEqual({ customer, records: recordsIn(report).length, values: valuesIn(report).length, gaps: 0 });
    expect(textsIn(report, 'Customer.email')).toEqual(['kaethe.krueger@post.example']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});

test('it is on record who made it and what she was told, before it is written', async () => {
  forgetAudit(company.gateway);
  const path = line.path('recorded.html');
  expect((await line.run('report', '--customer', customer, '--out', path, '--actor', 'petra')).code).toBe(0);
  expect(actionsIn(line.folder)).toEqual([{ actor: 'petra', action: 'report.make', about: { customer, file: path } }]);
  const disclosures = auditEntries(company.gateway, 'disclosure');
  expect(disclosures.length).toBeGreaterThan(1);
  for (const entry of disclosures) {
    expect(entry).toMatchObject({ caller: { subject: 'petra', issuer: 'command line', kind: 'staff', roles: ['privacy-officer'] }, purpose: 'data.subject.request', legalBasis: 'legal obligation' });
  }
  expect(disclosures.flatMap(({ told }) => told.flatMap(({ customers }) => customers))).toContain(customer);
  expect(JSON.stringify(inStore(company.gateway, 'SELECT * FROM audit_entry'))).not.toContain('Käthe');
});

test('the trail proves itself afterwards', async () => {
  const other = await another({});
  expect((await other.run('report', '--number', '10001', '--json')).code).toBe(0);
  expect(await other.run('audit', 'verify')).toMatchObject({ code: 0 });
});

describe('what could not be told', () => {
  test('is listed, and the exit code is 4; the page says so too', async () => {
    const other = await another({}, { env: { SUPPORT_URL: 'http://127.0.0.1:9' } });
    const path = other.path('gaps.html');
    const { code, out, err } = await other.run('report', '--number', '10001', '--out', path);
    expect({ code, out }).toEqual({ code: 4, out: expect.stringMatching(/gaps +[1-9]/) });
    expect(err).toMatch(/^not told: Customer\.tickets of support: UNAVAILABLE$/m);
    expect(err.trim().split('\n').filter((told) => !told.startsWith('not told: '))).toEqual([]);
    const $ = await pageAt(path);
    expect($('#missing').parent().text()).toMatch(/Requests for help.*customer service.*could not be reached/);
    expect($('#missing').parent().text()).not.toContain('Nothing:');
  });

  test('by policy, in the same way', async () => {
    const other = await another({ 'policies/no-scores.cedar': '@id("no-scores") forbid (principal, action == Action::"read", resource == Field::"Customer.scores");' });
    const ended = await other.run('report', '--number', '10001', '--json');
    expect(ended.code).toBe(4);
    expect((JSON.parse(ended.out) as AccessReport).notFetched).toEqual([{ field: 'Customer.scores', source: null, reason: 'DENIED', detail: 'scope', places: 1 }]);
  });
});

describe('no report is made', () => {
  test('over a file that is there, unless that is said', async () => {
    const path = await line.write('there.html', 'precious');
    expect(await line.run('report', '--customer', customer, '--out', path)).toEqual({ code: 1, out: '', err: `customer360: ${path} is there already; --replace writes over it\n` });
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect((await line.run('report', '--customer', customer, '--out', path, '--replace')).code).toBe(0);
    expect((await pageAt(path))('h1').length).toBe(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('where the deployment has not said as whom', async () => {
    const other = await another(settings((text) => text.replace(/^ {2}commandLine: .*\n/m, '')));
    expect(await other.run('report', '--number', '10001', '--json')).toEqual({
      code: 1, out: '', err: 'customer360: customer360.yaml: accessReport.commandLine is not set, so this command may read nothing; set its purpose and roles\n',
    });
    expect(await other.recordsOf()).toEqual([]);
  });

  test('for roles that policies do not permit it; that is on record', async () => {
    const other = await another(settings((text) => text.replace('roles: [privacy-officer] }', 'roles: [support] }')));
    expect(await other.run('report', '--number', '10001', '--json')).toEqual({ code: 1, out: '', err: expect.stringMatching(/^customer360: there is no report: Not permitted: Query\.accessReport\. \(scope\)\n$/) });
    expect(auditEntries(other, 'disclosure').map(({ asked }) => asked.denied)).toEqual([[{ field: 'Query.accessReport', reason: 'scope' }]]);
  });

  test('of nobody, and no file is written', async () => {
    const path = line.path('nobody.html');
    for (const by of [['--customer', '00000000-0000-4000-8000-000000000000'], ['--number', '99999']]) {
      expect(await line.run('report', ...by, '--out', path)).toEqual({ code: 1, out: '', err: 'customer360: there is no such customer, or the roles of this command may not see her\n' });
    }
    expect((await readdir(line.folder)).filter((name) => name.startsWith('nobody'))).toEqual([]);
  });

  test('without a store, and none is made', async () => {
    const other = await another({}, { store: false });
    expect(await other.run('report', '--number', '10001', '--json')).toEqual({ code: 1, out: '', err: expect.stringMatching(/^customer360: there is no store at /) });
    expect(await readdir(other.folder)).not.toContain('store.sqlite');
  });

  test('into a folder that is not there', async () => {
    const { code, err } = await line.run('report', '--customer', customer, '--out', join(tmpdir(), 'not-there', 'x.html'));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/cannot be written/) });
  });

  test('where it could not be put on record', async () => {
    const other = await another({});
    inStore(other, "CREATE TRIGGER no_audit BEFORE INSERT ON audit_entry BEGIN SELECT raise(ABORT, 'the disk is full'); END");
    const path = other.path('unrecorded.html');
    expect(await other.run('report', '--number', '10001', '--out', path)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/could not be put on record, so nothing was done/) });
    expect(await readdir(other.folder)).not.toContain('unrecorded.html');
  });

  test.each([
    [['report', '--json'], /--customer: name the customer/],
    [['report', '--customer', 'c'], /--out: name the file/],
    [['report', '--customer', 'c', '--number', '1', '--json'], /cannot be used with/],
    [['report', '--customer', 'c', '--json', '--language', 'nl'], /cannot be used with/],
    [['report', '--customer', 'c', '--out', 'x', '--language', 'fr'], /Allowed choices are en, nl, da/],
    [['report', '--customer', 'c', '--json', 'more'], /too many arguments/],
  ])('for the command line %j', async (args, said) => {
    expect(await line.run(...args)).toEqual({ code: 2, out: '', err: expect.stringMatching(said) });
  });
});
