import { describe, expect, test } from '@jest/globals';
import { makeDecider } from '../../../src/authorization/decide.ts';
import { loadPolicies } from '../../../src/authorization/load-policies.ts';
import type { Decision, Question } from '../../../src/authorization/decision.ts';
import type { CustomerFacts } from '../../../src/consent/customer-facts.ts';
import { coordinate } from '../../../src/ids.ts';
import { collectFaults } from '../../../src/parse/faults.ts';
import { aCaller, deciding, registry, someFacts, words } from '../../fixtures/deciding.ts';

const denied = (reason: string, ...policies: readonly string[]): object => ({ kind: 'deny', reason, policies, grantable: false, inEmergency: false });
const everything = '@id("all") permit (principal, action, resource);';
const reading = '@id("reads") @owner("CDO") permit (principal, action in [Action::"see", Action::"read"], resource);';
const [email, number, health] = [coordinate('Customer', 'email'), coordinate('Customer', 'number'), coordinate('Customer', 'health')];

/** What comes of a question about a customer of whom nothing stands against it. */
function decisionOf(texts: readonly string[], question: Partial<Question> = {}): Decision {
  return deciding(...texts).full({ consents: ['marketing.email', 'marketing.segment'] }, question);
}

describe('denies', () => {
  test.each<[string, readonly string[]]>([
    ['no policy file', []],
    ['an empty file', ['']],
    ['a file of comments', ['// permit (principal, action, resource);']],
    ['only a forbid', ['@id("no") forbid (principal in Role::"marketing", action, resource);']],
    ['a policy for another role', ['@id("x") permit (principal in Role::"marketing", action, resource);']],
    ['a policy for another action', ['@id("x") permit (principal, action == Action::"lookup", resource);']],
    ['a policy about another class', ['@id("x") permit (principal, action, resource in DataClass::"profile");']],
    ['a policy about another field', ['@id("x") permit (principal, action, resource == Field::"Customer.number");']],
    ['a policy about another type', ['@id("x") permit (principal, action, resource in Type::"Profile");']],
    ['a policy for another kind of caller', ['@id("x") permit (principal, action, resource) when { principal.kind == "partner" };']],
    ['a policy for a scope that the caller lacks', ['@id("x") permit (principal, action, resource) when { principal.scopes.contains("all") };']],
    ['a policy for a region that the caller lacks', ['@id("x") permit (principal, action, resource) when { principal.regions.contains("north") };']],
    ['a permit that fails', ['@id("x") permit (principal, action, resource) when { 9223372036854775807 + 1 > 0 };']],
    ['a permit that fails once it is known who she is', [`@id("x") permit (principal, action == Action::"read", resource)
      when { context.customer.regions.contains("north") || 9223372036854775807 + 1 > 0 };`]],
  ])('with %s', (_, texts) => {
    expect(decisionOf(texts)).toMatchObject(denied('scope'));
  });

  test.each<[string, Partial<Question>]>([
    ['a field that is not governed', { field: coordinate('Customer', 'salary') }],
    ['a field without a parent', { field: coordinate('', '') }],
    ['a field whose class no policy can name', { field: coordinate('Customer', 'odd') }],
    ['a field whose class the purpose does not cover', { purpose: 'fraud' }],
    ['a purpose that is not registered', { purpose: 'world.domination' }],
    ['no purpose', { purpose: '' }],
    ['a caller with a role that is not declared', { caller: aCaller({ roles: ['support', 'root'] }) }],
  ])('%s, though a policy permits everything', (_, question) => {
    expect(decisionOf([everything])).toMatchObject({ kind: 'allow' });
    expect(decisionOf([everything], question)).toMatchObject({ kind: 'deny' });
    expect(deciding(everything).early(question)).toMatchObject({ kind: 'deny' });
  });

  test('what any policy forbids, whatever others permit, and says which it was', () => {
    const texts = [everything, '@id("no-mail") forbid (principal in Role::"support", action, resource in DataClass::"contact");'];
    expect(decisionOf(texts)).toMatchObject(denied('scope', 'no-mail'));
    expect(decisionOf(texts, { field: number })).toMatchObject({ kind: 'allow' });
  });

  test.each([
    ['whoever the customer is', '9223372036854775807 + 1 > 0'],
    ['only of some customers', 'context.customer.regions.contains("north") && 9223372036854775807 + 1 > 0'],
  ])('what a forbid that fails %s might have forbidden', (_, condition) => {
    const texts = [everything, `@id("broken") forbid (principal, action == Action::"read", resource in DataClass::"contact") when { ${condition} };`];
    expect(deciding(...texts).full({ regions: ['north'] })).toMatchObject({ kind: 'deny' });
    expect(deciding(...texts).full({ regions: ['north'] }, { field: number })).toMatchObject({ kind: 'allow' });
  });
});

describe('allows', () => {
  test('what a policy permits, and says which it was', () => {
    expect(decisionOf(['@id("x") permit (principal in Role::"support", action == Action::"read", resource in DataClass::"contact");'])).toEqual({
      kind: 'allow', policies: ['x'], mask: undefined,
    });
  });

  test('by any of a caller\'s roles and scopes', () => {
    const texts = ['@id("x") permit (principal in Role::"marketing", action, resource) when { principal.scopes.contains("a") };'];
    expect(decisionOf(texts, { caller: aCaller({ roles: ['marketing', 'support'], scopes: ['b', 'a'] }) })).toMatchObject({ kind: 'allow' });
    expect(decisionOf(texts, { caller: aCaller({ roles: ['support'], scopes: ['a'] }) })).toMatchObject({ kind: 'deny' });
  });

  const actions = ['see', 'read', 'lookup', 'filter', 'order', 'list', 'change'] as const;
  test.each(actions)('%s alone, where only that is permitted', (action) => {
    const texts = [`@id("x") permit (principal, action == Action::"${action}", resource);`];
    expect(actions.filter((one) => decisionOf(texts, { action: one }).kind === 'allow')).toEqual([action]);
  });
});

describe('the law of every deployment', () => {
  const told = (facts: Partial<CustomerFacts>, question: Partial<Question>): unknown => {
    const decision = deciding(reading).full(facts, question);
    return decision.kind === 'allow' ? 'allow' : decision.reason;
  };
  const mailing = { purpose: 'marketing.email' };
  const consents = ['marketing.email', 'marketing.segment'];

  test.each<[string, Partial<CustomerFacts>, Partial<Question>, string]>([
    ['no consent is needed under a contract', {}, {}, 'allow'],
    ['consent is needed where it is the basis', {}, mailing, 'consent'],
    ['consent that is in force', { consents }, mailing, 'allow'],
    ['consent for something else', { consents: ['marketing.segment'] }, mailing, 'consent'],
    ['an objection', { objections: ['service.support'] }, {}, 'objection'],
    ['an objection to something else', { objections: ['fraud'] }, {}, 'allow'],
    ['an objection beats consent', { consents, objections: ['marketing.email'] }, mailing, 'objection'],
    ['an objection is told before all else', { objections: ['marketing.email'], restriction: { except: [] } }, mailing, 'objection'],
    ['a restriction', { restriction: { except: [] } }, {}, 'restriction'],
    ['a restriction that excepts the purpose', { restriction: { except: ['service.support'] } }, {}, 'allow'],
    ['a restriction that excepts another purpose', { restriction: { except: ['fraud'] } }, {}, 'restriction'],
    ['a restriction is told before missing consent', { restriction: { except: [] } }, mailing, 'restriction'],
    ['of fields, she is seen all the same', { restriction: { except: [] }, objections: ['marketing.email'] }, { ...mailing, action: 'see', field: coordinate('Customer', 'id') }, 'allow'],
    ['of whole customers, she is seen with consent', { consents }, { purpose: 'marketing.segment', action: 'see', field: coordinate('Customer', 'id') }, 'allow'],
    ['of whole customers, she is not seen without', {}, { purpose: 'marketing.segment', action: 'see', field: coordinate('Customer', 'id') }, 'consent'],
    ['of whole customers, she is not seen if she objects', { consents, objections: ['marketing.segment'] }, { purpose: 'marketing.segment', action: 'see', field: coordinate('Customer', 'id') }, 'objection'],
  ])('%s', (_, facts, question, expected) => {
    expect(told(facts, question)).toBe(expected);
  });

  test('whatever a policy permits, a partner is not told who used her data; others are', () => {
    const field = coordinate('Customer', 'dataUses');
    const vocabulary = { ...words, classes: new Map([...words.classes, [field, 'use'] as const]) };
    const policySet = loadPolicies([{ name: 'own.cedar', text: '@id("all") permit (principal, action == Action::"read", resource);' }], vocabulary, collectFaults);
    const decider = makeDecider({ policySet, vocabulary, purposes: registry });
    const decide = (kind: string, purpose = 'service.support'): unknown =>
      decider.byCustomer({ caller: aCaller({ kind }), purpose, action: 'read', field, selected: [], granted: false }, someFacts());
    for (const kind of ['staff', 'customer', 'service']) expect(decide(kind)).toMatchObject({ kind: 'allow' });
    expect(decide('partner')).toMatchObject({ kind: 'deny', policies: ['law-use'] });
    expect(decide('staff', 'fraud')).toMatchObject({ kind: 'deny', policies: ['law-purpose'] });
  });

  test('a rule of the deployment cannot have the name of one of its rules', () => {
    const faults = collectFaults('own.cedar');
    loadPolicies([{ name: 'own.cedar', text: '@id("law-consent") permit (principal, action, resource);' }], words, () => faults);
    expect(faults.all().map(({ message }) => message)).toEqual(['this id is already used in the law of every deployment']);
  });
});

describe('by caller alone', () => {
  test('what nobody permits is denied, and what depends on the customer is open', () => {
    const { early } = deciding(reading);
    expect(early()).toMatchObject({ kind: 'open' });
    expect(early({ action: 'see', field: coordinate('Customer', 'id') })).toMatchObject({ kind: 'allow' });
    expect(early({ action: 'see', field: coordinate('Customer', 'id'), purpose: 'marketing.segment' })).toMatchObject({ kind: 'open' });
    expect(early({ purpose: 'fraud' })).toMatchObject(denied('purpose', 'law-purpose'));
    expect(deciding('').early()).toMatchObject(denied('scope'));
    expect(deciding('@id("x") permit (principal in Role::"marketing", action, resource);').early()).toMatchObject(denied('scope'));
  });

  test('a permit that depends on the customer is open, and one that cannot apply is not', () => {
    const regional = (role: string): string =>
      `@id("x") permit (principal in Role::"${role}", action in [Action::"see", Action::"read"], resource) when { principal.regions.containsAny(context.customer.regions) };`;
    const [own, others] = [deciding(regional('support')), deciding(regional('marketing'))];
    expect(own.early()).toMatchObject({ kind: 'open' });
    expect(others.early()).toMatchObject(denied('scope'));
    const north = { caller: aCaller({ regions: ['north'] }) };
    expect(own.full({ regions: ['north', 'west'] }, north)).toMatchObject({ kind: 'allow' });
    expect(own.full({ regions: ['west'] }, north)).toMatchObject(denied('scope'));
    expect(own.full({}, north)).toMatchObject(denied('scope'));
    expect(own.full({ regions: ['north'] })).toMatchObject(denied('scope'));
  });

  test('looking up, filtering, ordering, listing and changing are settled', () => {
    for (const action of ['lookup', 'filter', 'order', 'list', 'change'] as const) {
      expect(deciding(everything.replace('action', 'action in [Action::"lookup", Action::"filter", Action::"order", Action::"list", Action::"change"]')).early({ action })).toMatchObject({ kind: 'allow' });
      expect(deciding(reading).early({ action })).toMatchObject(denied('scope'));
    }
  });
});

test('two classes in one operation can be forbidden', () => {
  const together = '@id("apart") forbid (principal, action == Action::"read", resource in DataClass::"special") when { context.selected.contains(DataClass::"contact") };';
  const { full, early } = deciding(reading, together);
  expect(full({}, { field: health, selected: ['special'] })).toMatchObject({ kind: 'allow' });
  expect(full({}, { field: health, selected: ['contact', 'special'] })).toMatchObject(denied('scope', 'apart'));
  expect(early({ field: health, selected: ['contact', 'special'] })).toMatchObject(denied('scope', 'apart'));
  expect(full({}, { field: email, selected: ['contact', 'special'] })).toMatchObject({ kind: 'allow' });
});

describe('the reason', () => {
  const texts = ['@id("x") permit (principal in Role::"support", action, resource) when { context.purpose == Purpose::"marketing.email" };'];

  test('is the purpose where another one would have been allowed', () => {
    expect(decisionOf(texts)).toMatchObject(denied('purpose'));
  });

  test('is the scope where none would have been', () => {
    expect(decisionOf(texts, { caller: aCaller({ roles: ['marketing'] }) })).toMatchObject(denied('scope'));
  });

  test('is consent where a policy of the deployment asks for it', () => {
    const { full } = deciding('@id("agreed") @owner("DPO") permit (principal, action == Action::"read", resource) when { context.customer.consents.contains(context.purpose) };');
    expect(full({})).toEqual({ ...denied('consent', 'agreed'), ask: ['DPO'] });
    expect(full({ consents: ['service.support'] })).toMatchObject({ kind: 'allow' });
  });

  test('comes with whom to ask: the owners of the policies, else of the purpose', () => {
    const forbids = '@id("no") @owner("DPO") forbid (principal, action, resource in DataClass::"contact");';
    expect(decisionOf([everything, forbids])).toEqual({ ...denied('scope', 'no'), ask: ['DPO'] });
    expect(decisionOf([], { purpose: 'marketing.email' })).toEqual({ ...denied('scope'), ask: ['CMO'] });
    expect(decisionOf([], { purpose: 'world.domination' })).toMatchObject({ ask: [] });
  });
});

test('a memo of one question is none of another', () => {
  const { full } = deciding(reading);
  for (let round = 0; round < 2; round += 1) {
    expect(full({ consents: ['marketing.email'] }, { purpose: 'marketing.email' })).toMatchObject({ kind: 'allow' });
    expect(full({}, { purpose: 'marketing.email' })).toMatchObject(denied('consent', 'law-consent'));
    expect(full({}, { purpose: 'marketing.email', action: 'see' })).toMatchObject({ kind: 'allow' });
    expect(full({}, {})).toMatchObject({ kind: 'allow' });
  }
});

test('callers whose classes only look alike are told apart', () => {
  const texts = ['@id("x") permit (principal, action, resource) when { principal.scopes.contains("a b") };'];
  expect(decisionOf(texts, { caller: aCaller({ scopes: ['a b'] }) })).toMatchObject({ kind: 'allow' });
  expect(decisionOf(texts, { caller: aCaller({ scopes: ['a', 'b'] }) })).toMatchObject({ kind: 'deny' });
  expect(decisionOf(texts, { caller: aCaller({ roles: [], scopes: ['support'] }) })).toMatchObject({ kind: 'deny' });
});

test('the version changes with the policies and with the words they are about', () => {
  const versionOf = (text: string, given: typeof words = words): string => loadPolicies([{ name: 'a.cedar', text }], given, (file) => collectFaults(file)).version;
  expect(versionOf(everything)).toBe(versionOf(everything));
  expect(versionOf(everything)).not.toBe(versionOf(everything.replace('all', 'everything')));
  expect(versionOf(everything)).not.toBe(versionOf(everything, { ...words, roles: [...words.roles, 'finance'] }));
});
