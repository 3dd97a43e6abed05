import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadDeployment } from '../../../src/load-deployment.ts';
import type { Deployment } from '../../../src/explain/deployment.ts';
import { diffOf, type Diff, type RightChange } from '../../../src/explain/diff.ts';
import { writeDeployment } from '../../fixtures/gateway.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';

const sample = join(import.meta.dirname, '../../../config');
const textOf = (name: string): Promise<string> => readFile(join(sample, name), 'utf8');

/** The sample company with changes. */
async function changed(files: Readonly<Record<string, string | null>>): Promise<Deployment> {
  const folder = await writeDeployment({ files });
  try {
    return await loadDeployment(folder, { ...sampleEnvironment, HASH_KEY: 'h'.repeat(32) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

let old: Deployment;
beforeAll(async () => {
  old = await loadDeployment(sample, sampleEnvironment);
});

/** What a change of one file opens and closes. */
async function diffBy(name: string, change: (text: string) => string): Promise<Diff> {
  const before = await textOf(name).catch(() => '');
  const after = change(before);
  expect(after).not.toBe(before);
  return diffOf(old, await changed({ [name]: after }));
}
const lines = (changes: readonly RightChange[]): readonly string[] => [...new Set(changes.map(({ effect, column: { caller: { kind, roles }, purpose }, right, from, to }) =>
  `${effect} ${kind} ${roles.join('+')} ${purpose}: ${right.action} ${right.field}: ${from.outcome} -> ${to.outcome}`))].sort();
const adding = (policies: string) => (text: string): string => `${text}\n${policies}`;

test('a deployment beside itself opens and closes nothing', async () => {
  expect(diffOf(old, old)).toEqual({ policies: { added: [], removed: [], changed: [] }, views: [], changes: [], trials: [] });
  const { policies, changes } = await diffBy('policies/partner-acme.cedar', (text) => text.replace('Enough of an address', 'As much of an address'));
  expect({ policies, changes }).toEqual({ policies: { added: [], removed: [], changed: ['acme-recognises-addresses'] }, changes: [] });
});

test('a mask that is left out opens, and where it is put on, closes', async () => {
  const opened = await diffBy('policies/partner-acme.cedar', (text) => text.replace('@mask("email")\n', ''));
  expect(lines(opened.changes)).toContain('opens partner partner-acme partner.share.acme: read Customer.email: email -> plain');
  expect(lines(opened.changes).every((line) => line.startsWith('opens'))).toBe(true);
  const closed = diffOf(await changed({ 'policies/partner-acme.cedar': (await textOf('policies/partner-acme.cedar')).replace('@mask("email")\n', '') }), old);
  expect(lines(closed.changes)).toEqual(lines(opened.changes).map((line) => line.replace('opens', 'closes').replace('email -> plain', 'plain -> email')));
});

test('a hash in the place of another mask closes, and any other mask opens', async () => {
  const hashing = await textOf('policies/partner-acme.cedar').then((text) => text.replace('@mask("email")', '@mask("hash")'));
  const gateway = `${await textOf('customer360.yaml')}\nmasks: { hashKeys: [{ id: "1", key: "\${HASH_KEY}" }] }\n`;
  const hashed = await changed({ 'policies/partner-acme.cedar': hashing, 'customer360.yaml': gateway });
  expect(lines(diffOf(old, hashed).changes)).toContain('closes partner partner-acme partner.share.acme: read Customer.email: email -> hash');
  expect(lines(diffOf(hashed, old).changes)).toContain('opens partner partner-acme partner.share.acme: read Customer.email: hash -> email');
});

test('a scope that is no longer asked for opens to those without it', async () => {
  const { changes } = await diffBy('policies/partner-acme.cedar', (text) => text.replace(' && principal.scopes.contains("customer:read") &&', ' &&'));
  const partner = changes.filter(({ column }) => column.caller.kind === 'partner');
  expect(partner.length).toBeGreaterThan(0);
  for (const { effect, column, from } of partner) expect({ effect, scopes: column.caller.scopes, from }).toEqual({ effect: 'opens', scopes: [], from: { outcome: 'deny', needs: [] } });
});

test('a forbid that is taken away opens to callers of two roles, too', async () => {
  const { changes } = await diffBy('policies/marketing.cedar', (text) => text.slice(0, text.indexOf('@id("birth-dates')));
  expect(lines(changes)).toContain('opens staff marketing marketing.email: read Profile.birthDate: deny -> plain');
  expect(lines(changes)).toContain('opens staff marketing+support service.support: read Profile.birthDate: deny -> plain');
});

describe('where it depends on the customer', () => {
  const regional = (region: string, role = 'support'): string => `
    @id("by-region") permit (principal in Role::"${role}", action == Action::"read", resource == Field::"Customer.segments")
    when { context.purpose == Purpose::"marketing.email" && context.customer.regions.contains("${region}") };`;

  test('another condition opens for some and closes for others, and says for whom', async () => {
    const from = await changed({ 'policies/region.cedar': regional('north') });
    const to = await changed({ 'policies/region.cedar': regional('south') });
    const staff = diffOf(from, to).changes.filter(({ column }) => column.caller.kind === 'staff' && column.caller.roles.join() === 'support');
    const forWhom = Object.fromEntries(staff.map(({ effect, example }) => [effect, example]));
    expect(forWhom['opens']).toEqual(expect.arrayContaining(['not in region north', 'in region south']));
    expect(forWhom['closes']).toEqual(expect.arrayContaining(['in region north', 'not in region south']));
  });

  test('a condition that is left out opens, one that is added closes', async () => {
    const from = await changed({ 'policies/region.cedar': regional('north') });
    const to = await changed({ 'policies/region.cedar': regional('north').replace(' && context.customer.regions.contains("north")', '') });
    expect(new Set(diffOf(from, to).changes.map(({ effect }) => effect))).toEqual(new Set(['opens']));
    expect(new Set(diffOf(to, from).changes.map(({ effect }) => effect))).toEqual(new Set(['closes']));
  });

  test.each([
    ['of partners', 'context.customer.partners.contains("acme")'],
    ['of consent to another purpose', 'context.customer.consents.contains(Purpose::"service.billing")'],
    ['of an objection to another purpose', '!context.customer.objections.contains(Purpose::"service.billing")'],
    ['of being restricted', '!context.customer.restricted && context.customer.regions.isEmpty()'],
  ])('a condition %s is found', async (_, condition) => {
    const to = await changed({ 'policies/more.cedar': `@id("more") permit (principal in Role::"support", action == Action::"read", resource == Field::"Customer.segments") when { context.purpose == Purpose::"marketing.email" && ${condition} };` });
    expect(lines(diffOf(old, to).changes)).toContain('opens staff support marketing.email: read Customer.segments: deny -> plain');
  });
});

test('what a purpose covers and rests on is compared', async () => {
  const basis = diffOf(old, await changed({
    'purposes.yaml': (await textOf('purposes.yaml')).replace('marketing.email:\n  legalBasis: consent', 'marketing.email:\n  legalBasis: legitimate interest'),
    'sources/crm.yaml': (await textOf('sources/crm.yaml')).replace(/^consents:\n(?:[ #].*\n)+/m, ''),
  }));
  expect(basis.policies).toEqual({ added: [], removed: [], changed: [] });
  const email = basis.changes.find(({ column, right }) => column.caller.kind === 'staff' && right.field === 'Customer.email');
  expect(email).toMatchObject({ effect: 'opens', example: expect.arrayContaining(['no consent']) });
  const covered = await diffBy('purposes.yaml', (text) => text.replace('dataClasses: [identifier, profile, contact]\n  recipients: [Acme]', 'dataClasses: [identifier, profile]\n  recipients: [Acme]'));
  expect(lines(covered.changes)).toContain('closes partner partner-acme partner.share.acme: read Customer.email: email -> deny');
});

test('a field that is listed for a partner appears; it opens where a policy permits it', async () => {
  const listing = (field: string) => (text: string): string => text.replace('      - Customer.email\n', `      - Customer.email\n      - ${field}\n`);
  const denied = await diffBy('customer360.yaml', listing('Customer.phone'));
  expect(denied.views).toEqual([{ audience: 'acme', appeared: ['Customer.phone'], vanished: [] }]);
  // Nothing says that a partner's token has no role of the staff's.
  expect(lines(denied.changes)).toContain('opens partner support service.support: read Customer.phone: absent -> plain');
  expect(lines(denied.changes).filter((line) => line.includes('partner-acme'))).toEqual([]);
  const vanished = await diffBy('customer360.yaml', (text) => text.replace('      - Customer.email\n', ''));
  expect(vanished.views).toEqual([{ audience: 'acme', appeared: [], vanished: ['Customer.email'] }]);
  expect(lines(vanished.changes)).toContain('closes partner partner-acme partner.share.acme: read Customer.email: email -> absent');
});

test('a policy about what is selected together is compared where it is', async () => {
  const { changes } = await diffBy('policies/support.cedar', adding(`@id("apart") forbid (principal, action == Action::"read", resource in DataClass::"financial")
    when { context.selected.contains(DataClass::"contact") };`));
  expect(lines(changes)).toContain('closes staff support service.support: read BillingSummary.balance: plain -> deny');
  for (const { column } of changes) expect(column.beside.length).toBeGreaterThan(0);
});

test('a policy on trial changes nothing, and what it would is told apart', async () => {
  const { policies, changes, trials } = await diffBy('policies/support.cedar', adding('@id("no-phones") @dryRun("asked for by the DPO") forbid (principal, action, resource == Field::"Customer.phone");'));
  expect({ policies, changes }).toEqual({ policies: { added: [], removed: [], changed: [] }, changes: [] });
  expect(trials.map(({ policy, why }) => [policy, why])).toEqual([['no-phones', 'asked for by the DPO']]);
  expect(lines(trials.flatMap((one) => one.changes))).toContain('closes staff support service.support: read Customer.phone: plain -> deny');
});

test('a trial that is put in force is a change', async () => {
  const trial = '@id("no-phones") @dryRun("x") forbid (principal, action, resource == Field::"Customer.phone");';
  const from = await changed({ 'policies/trial.cedar': trial });
  const to = await changed({ 'policies/trial.cedar': trial.replace('@dryRun("x") ', '') });
  expect(diffOf(from, to)).toMatchObject({ policies: { added: ['no-phones'] } });
  expect(diffOf(from, to).changes).toEqual(diffOf(from, from).trials[0]?.changes);
});
