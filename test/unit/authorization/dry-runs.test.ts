import { describe, expect, test } from '@jest/globals';
import { loadPolicies, type PolicySet } from '../../../src/authorization/load-policies.ts';
import { coordinate } from '../../../src/ids.ts';
import { collectFaults, faultLine, type Fault } from '../../../src/parse/faults.ts';
import { aCaller, deciding, words } from '../../fixtures/deciding.ts';

const reading = '@id("reading") permit (principal in Role::"support", action in [Action::"see", Action::"read"], resource) when { context.purpose == Purpose::"service.support" };';
const trial = (text: string): string => `@id("trial") @dryRun("asked for by the CIO") ${text}`;
const email = coordinate('Customer', 'email');

function loaded(...texts: readonly string[]): { readonly policySet: PolicySet; readonly faults: readonly string[] } {
  const faults: Fault[] = [];
  const policySet = loadPolicies(texts.map((text, index) => ({ name: `${index}.cedar`, text })), words, (file) => collectFaults(file, faults));
  return { policySet, faults: faults.map(faultLine) };
}

/** Policies that would do harm if they decided, and what is told of them where an agent reads an address. */
const hostile: readonly (readonly [string, string, unknown])[] = [
  ['a forbid of everything', 'forbid (principal, action, resource);', { was: 'open', would: 'deny' }],
  ['a forbid that depends on the customer', 'forbid (principal, action == Action::"read", resource) when { context.customer.regions.contains("north") };', { was: 'plain', would: 'deny' }],
  ['a permit of everything', 'permit (principal, action, resource);', undefined],
  ['a permit with a mask', '@mask("email") permit (principal in Role::"support", action == Action::"read", resource == Field::"Customer.email");', undefined],
  ['a forbid that fails', 'forbid (principal, action == Action::"read", resource) when { 9223372036854775807 + 1 > 0 };', { was: 'open', would: 'deny' }],
  ['a permit that fails', 'permit (principal, action == Action::"read", resource) when { 9223372036854775807 + 1 > 0 };', { was: 'open', would: 'deny' }],
  ['a forbid that fails for some customers', 'forbid (principal, action == Action::"read", resource) when { context.customer.regions.contains("north") && 9223372036854775807 + 1 > 0 };', { was: 'plain', would: 'deny' }],
];

describe.each(hostile)('%s on trial', (_, text, told) => {
  const [without, beside] = [deciding(reading), deciding(reading, trial(text))];
  const cases = [
    {}, { purpose: 'marketing.email' }, { purpose: 'fraud' }, { caller: aCaller({ roles: ['marketing'] }) }, { field: coordinate('Customer', 'health') },
    { action: 'see', field: coordinate('Customer', 'id') }, { action: 'lookup' }, { action: 'filter' }, { action: 'list' }, { action: 'change' },
  ] as const;

  test.each(cases)('decides nothing: %j', (question) => {
    expect(beside.early(question)).toEqual(without.early(question));
    for (const facts of [{}, { regions: ['north'] }, { objections: ['service.support'] }, { consents: ['marketing.email'] }, { restriction: { except: [] } }]) {
      expect(beside.full(facts, question)).toEqual(without.full(facts, question));
    }
  });

  test('is told once for a class of callers and a purpose', () => {
    const { early, full, changes } = deciding(reading, trial(text));
    for (const regions of [['west'], ['north'], ['north', 'west']]) {
      early();
      full({ regions });
    }
    expect(changes).toEqual(told === undefined ? [] : [{ policy: 'trial', caller: aCaller(), purpose: 'service.support', action: 'read', field: email, ...told as object }]);
  });
});

test('what a trial would open is told, with its mask', () => {
  const health = { field: coordinate('Customer', 'email'), caller: aCaller({ roles: ['marketing'] }) };
  const { early, full, changes } = deciding(reading, trial('@mask("email") permit (principal in Role::"marketing", action == Action::"read", resource == Field::"Customer.email");'));
  expect(full({}, health)).toMatchObject({ kind: 'deny', policies: [], ask: ['CIO'] });
  expect(early(health)).toMatchObject({ kind: 'deny' });
  expect(changes).toMatchObject([{ policy: 'trial', was: 'deny', would: 'open' }]);
});

test('what a trial would permit unmasked is told', () => {
  const masked = '@id("masked") @mask("email") permit (principal in Role::"support", action == Action::"read", resource == Field::"Customer.email");';
  const { full, changes } = deciding(masked, trial('permit (principal in Role::"support", action == Action::"read", resource == Field::"Customer.email");'));
  expect(full()).toMatchObject({ kind: 'allow', mask: 'email', policies: ['masked'] });
  expect(changes).toMatchObject([{ was: 'email', would: 'plain' }]);
});

test('each trial is asked beside those that decide, and not beside another', () => {
  const { early, changes } = deciding(reading, trial('forbid (principal, action == Action::"read", resource);'), '@id("other") @dryRun("x") permit (principal in Role::"marketing", action == Action::"read", resource);');
  early();
  early({ caller: aCaller({ roles: ['marketing'] }) });
  expect(changes.map(({ policy, was, would }) => ({ policy, was, would }))).toEqual([{ policy: 'trial', was: 'open', would: 'deny' }, { policy: 'other', was: 'deny', would: 'open' }]);
});

test('a trial is checked like any policy, must say what it is for, and changes no version', () => {
  expect(loaded(reading).policySet.version).toBe(loaded(reading, trial('forbid (principal, action, resource);')).policySet.version);
  expect(loaded(reading, '@id("t") @dryRun forbid (principal, action, resource);').faults).toEqual(['1.cedar: t: expected what the trial is for in @dryRun("…"), got nothing']);
  expect(loaded('@id("t") @dryRun(" ") forbid (principal, action, resource);').faults).toHaveLength(1);
  expect(loaded('@id("t") @dryrun("x") forbid (principal, action, resource);').faults).toEqual([expect.stringMatching(/unknown annotation @dryrun; expected .*@dryRun/)]);
  expect(loaded('@id("t") @dryRun("x") permit (principal in Role::"nobody", action, resource);').faults).toHaveLength(1);
  expect(loaded('@id("t") @dryRun("x") @mask("year") permit (principal, action == Action::"read", resource == Field::"Customer.email");').faults).toHaveLength(1);
  expect(loaded(reading, '@id("reading") @dryRun("x") forbid (principal, action, resource);').faults).toHaveLength(1);
});
