import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aCommandLine, commandLineOf, figuresOf, type CommandLine } from './command-line.ts';

const sample = join(import.meta.dirname, '../../../config');
let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
});
afterEach(() => line.remove());

const edit = async (name: string, change: (text: string) => string): Promise<string> => line.write(name, change(await readFile(line.path(name), 'utf8')));
const rowsOf = ({ out }: { readonly out: string }): readonly string[] => out.trimEnd().split('\n').map((one) => one.trim().replace(/ {2,}/g, ' | '));

describe('check', () => {
  test('says that a deployment is sound, and how many policies are on trial', async () => {
    expect(await line.run('check')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^sound: 3 sources, \d+ governed fields, \d+ policies \(version [0-9a-f]{16}\)\n$/) });
    await line.write('policies/trial.cedar', '@id("t") @dryRun("asked for by the DPO") forbid (principal, action, resource);');
    expect(await line.run('check')).toMatchObject({ code: 0, out: expect.stringMatching(/, 1 on trial\n$/) });
    expect(figuresOf(await line.run('check', '--json'))).toMatchObject({ sources: 3, onTrial: 1 });
  });

  test('lists every fault, a trial without a reason among them', async () => {
    await line.write('policies/trial.cedar', '@id("t") @dryRun forbid (principal, action, resource);\n@id("u") permit (principal in Role::"nobody", action, resource);');
    const { code, out, err } = await line.run('check', '--matrix');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('policies/trial.cedar: t: expected what the trial is for in @dryRun("…"), got nothing\n');
    expect(err).toContain('policies/trial.cedar: u: ');
  });

  test('gives programs the faults as one line of JSON', async () => {
    await line.write('policies/trial.cedar', '@id("u") permit (principal in Role::"nobody", action, resource);');
    for (const options of [[], ['--matrix'], ['--probe'], ['--diff', sample]]) {
      const checked = await line.run('check', '--json', ...options);
      expect(checked).toMatchObject({ code: 1, err: '', out: expect.stringMatching(/^.+\n$/) });
      expect(figuresOf(checked)).toEqual({ folder: line.folder, faults: [{ file: 'policies/trial.cedar', path: 'u', message: expect.stringContaining('nobody') }] });
    }
  });

  test('says where it looked for a deployment that is not there', async () => {
    const nowhere = line.path('nowhere');
    expect(await line.run('check', '--diff', nowhere)).toEqual({ code: 1, out: '', err: `customer360: --diff: ${nowhere} has faults:\n${nowhere}: there is no such folder\n` });
    expect(figuresOf(await line.run('check', '--diff', nowhere, '--json'))).toEqual({ folder: nowhere, faults: [{ file: nowhere, path: '', message: 'there is no such folder' }] });
    await rm(line.path('customer360.yaml'));
    expect(await line.run('check')).toMatchObject({ code: 1, out: '', err: expect.stringContaining(`customer360.yaml: cannot be read in ${line.folder} (ENOENT)\n`) });
  });

  test.each([
    [['--matrix', '--diff', 'old'], /--diff.*cannot be used with.*--matrix/],
    [['--probe', '--matrix'], /--probe.*cannot be used with.*--matrix/],
    [['--csv'], /--csv: expected --matrix with it/],
    [['--diff'], /too many arguments/],
    [['--nonsense'], /unknown option '--nonsense'/],
  ])('%j is a wrong command line', async (options, message) => {
    expect(await line.run('check', ...options)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
  });
});

describe('check --matrix', () => {
  test('shows fields in rows and classes of callers in columns', async () => {
    const shown = await line.run('check', '--matrix');
    expect({ code: shown.code, err: shown.err }).toEqual({ code: 0, err: '' });
    const lines = shown.out.split('\n');
    const places = lines.map((one) => one.trim().split(/ {2,}/));
    const tableOf = (audience: string, next: string): readonly (readonly string[])[] => places.slice(lines.indexOf(audience), lines.indexOf(next));
    const acme = tableOf('acme', 'self');
    const number = Number(acme.find(([, name, purposes]) => name === 'partner partner-acme' && purposes === 'partner.share.acme')?.[0]);
    const cellOf = (table: typeof acme, place: number, field: string): string | undefined => table.find((cells) => cells.at(-1) === field)?.[place - 1];
    expect(['Customer: email', 'Customer: number profile', 'Customer: phone', 'see Customer: id'].map((field) => cellOf(acme, number, field))).toEqual(['email or', 'yes or', undefined, 'yes']);
    const internal = tableOf('internal', 'acme');
    const support = Number(internal.find(([, name, purposes]) => name === 'staff support' && purposes === 'service.support')?.[0]);
    expect(cellOf(internal, support, 'Customer: lifecycleStage segments scores')).toBe('yes ore');
    const marketing = Number(internal.find(([, name, purposes]) => name === 'staff marketing' && purposes === 'marketing.email')?.[0]);
    expect(cellOf(internal, marketing, 'Customer: phone contactPoints identities linkHistory')).toBe('ask');
    expect(shown.out).toContain('other classes of callers may do no more than those without a role');
  });

  test('gives programs the same as CSV and JSON, trials apart', async () => {
    await line.write('policies/trial.cedar', '@id("t") @dryRun("asked for by the DPO") forbid (principal, action, resource == Field::"Customer.email");');
    const { out, code } = await line.run('check', '--matrix', '--csv');
    expect(code).toBe(0);
    const rows = out.split('\r\n');
    expect(rows[0]).toBe('kind,audience,roles,scopes,regions,purpose,action,field,outcome,if,grantable');
    expect(rows).toContain('partner,acme,partner-acme,customer:read,,partner.share.acme,read,Customer.email,email,no objection; not restricted,');
    expect(rows).toContain('partner,acme,partner-acme,customer:read,,partner.share.acme,read,Customer.phone,absent,,');
    expect(rows).toContain('staff,internal,support,customer:read,,service.support,change,Mutation.mergeCustomers,deny,,');
    expect(rows).toContain('staff,internal,marketing,customer:read,,marketing.email,read,Customer.phone,deny,,yes');
    const { trials } = JSON.parse((await line.run('check', '--matrix', '--json')).out);
    expect(trials).toMatchObject([{ policy: 't', why: 'asked for by the DPO', changes: expect.arrayContaining([expect.objectContaining({ effect: 'closes' })]) }]);
    expect(rowsOf(await line.run('check', '--matrix'))).toContain('on trial: t (asked for by the DPO) would');
  });
});

describe('check --diff', () => {
  test('ends with 0 where nothing differs, also by what is on trial', async () => {
    expect(await line.run('check', '--diff', sample)).toEqual({ code: 0, err: '', out: 'opens nothing, closes nothing\n' });
    await line.write('policies/trial.cedar', '@id("t") @dryRun("asked for by the DPO") permit (principal in Role::"support", action == Action::"read", resource == Field::"Customer.segments") when { context.purpose == Purpose::"marketing.email" };');
    const { code, out } = await line.run('check', '--diff', sample);
    expect(code).toBe(0);
    expect(out).toMatch(/^opens nothing, closes nothing\non trial: t \(asked for by the DPO\) would\nopens\n/);
  });

  test('ends with 4 where something is opened, and says what for whom', async () => {
    await edit('policies/partner-acme.cedar', (text) => text.replace('@mask("email")\n', ''));
    const shown = await line.run('check', '--diff', sample);
    expect({ code: shown.code, err: shown.err }).toEqual({ code: 4, err: '' });
    expect(rowsOf(shown)).toEqual(expect.arrayContaining([
      'policies changed: acme-recognises-addresses',
      'opens',
      expect.stringContaining('partner (acme), partner-acme, for partner.share.acme, scopes customer:read | masked by email | allowed | no objection, not restricted | read Customer.email'),
    ]));
  });

  test('ends with 5 where something is only closed', async () => {
    await line.write('policies/more.cedar', '@id("no-phones") forbid (principal, action == Action::"read", resource == Field::"Customer.phone");');
    const { code, out } = await line.run('check', '--diff', sample, '--json');
    expect(code).toBe(5);
    const { policies, changes } = JSON.parse(out);
    expect(policies).toEqual({ added: ['no-phones'], removed: [], changed: [] });
    expect(changes[0]).toMatchObject({ effect: 'closes', right: { action: 'read', field: 'Customer.phone' }, to: { outcome: 'deny' } });
  });

  test('an older version with faults, or that is not there, is a failure and no difference', async () => {
    const broken = await aCommandLine({ 'purposes.yaml': 'nonsense' });
    expect(await line.run('check', '--diff', broken.folder)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/--diff: .* has faults:\npurposes\.yaml/) });
    const { code, out } = await line.run('check', '--diff', broken.folder, '--json');
    expect({ code, said: JSON.parse(out) }).toEqual({ code: 1, said: { folder: broken.folder, faults: expect.arrayContaining([expect.objectContaining({ file: 'purposes.yaml' })]) } });
    await broken.remove();
    expect(await line.run('check', '--diff', line.path('nowhere'))).toMatchObject({ code: 1, out: '' });
  });
});

describe('check --probe', () => {
  let company: TestCompany;
  beforeAll(async () => {
    company = await startCompany();
  }, 60_000);
  afterAll(() => company.stop());

  test('says what each source answers to what nobody has', async () => {
    const probed = await commandLineOf(line.folder, company.setup.env).run('check', '--probe');
    expect({ code: probed.code, err: probed.err }).toEqual({ code: 0, err: '' });
    const rows = rowsOf(probed).map((row) => row.replace(/\| [\d,]+ ms/, '| … ms'));
    expect(rows).toContain('crm | contact | read by id | answered | … ms | no such record, as expected');
    expect(rows).toContain('support | comment | find by ticket | answered | … ms | no such record, as expected');
    expect(rows).toContain('every source answered');
  });

  test('a source that refuses the credentials or cannot be reached is told, and the others are asked all the same', async () => {
    const { code, out } = await commandLineOf(line.folder, { ...company.setup.env, CRM_TOKEN: 'wrong', BILLING_URL: 'http://127.0.0.1:9' }).run('check', '--probe', '--json');
    expect(code).toBe(1);
    const outcomes = new Map((JSON.parse(out) as readonly { readonly source: string; readonly outcome: string; readonly said: string }[]).map((one) => [one.source, one]));
    expect(outcomes.get('crm')).toMatchObject({ outcome: 'failed', said: expect.stringContaining('401') });
    expect(outcomes.get('billing')).toMatchObject({ outcome: 'failed', said: expect.stringContaining('ECONNREFUSED') });
    expect(outcomes.get('support')).toMatchObject({ outcome: 'answered' });
    expect(out).not.toContain('wrong');
  });
});
