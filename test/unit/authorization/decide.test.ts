import { describe, expect, test } from '@jest/globals';
import { makeDecide } from '../../../src/authorization/decide.ts';
import type { CallerClass, Decision, Question } from '../../../src/authorization/decision.ts';
import { loadPolicies } from '../../../src/authorization/load-policies.ts';
import { coordinate } from '../../../src/ids.ts';
import { collectFaults, type Fault } from '../../../src/parse/faults.ts';

const vocabulary = {
  classes: new Map([
    [coordinate('Customer', 'email'), 'contact'],
    [coordinate('Customer', 'number'), 'identifier'],
    [coordinate('Profile', 'name'), 'profile'],
    // A class that no policy can name, as it would be if the check at start had missed it.
    [coordinate('Customer', 'odd'), 'nonsense'],
  ]),
  dataClasses: ['contact', 'identifier', 'profile'],
  roles: ['support', 'marketing'],
  purposes: ['service.support', 'marketing.email'],
};

function deciderOf(...texts: readonly string[]): (question?: Partial<Question>) => Decision {
  const faults: Fault[] = [];
  const policies = loadPolicies(texts.map((text, index) => ({ name: `${index}.cedar`, text })), vocabulary, (file) => collectFaults(file, faults));
  expect(faults).toEqual([]);
  const decide = makeDecide(policies, vocabulary);
  return (question) => decide({ caller: aCaller(), purpose: 'service.support', action: 'read', field: coordinate('Customer', 'email'), ...question });
}

const aCaller = (given: Partial<CallerClass> = {}): CallerClass => ({ kind: 'staff', audience: 'internal', roles: ['support'], scopes: [], ...given });
const denied = (reason: string, ...policies: readonly string[]): unknown => ({ kind: 'deny', reason, policies });
const everything = '@id("all") permit (principal, action, resource);';

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
    ['a permit that fails', ['@id("x") permit (principal, action, resource) when { 9223372036854775807 + 1 > 0 };']],
  ])('with %s', (_, texts) => {
    expect(deciderOf(...texts)()).toEqual(denied('scope'));
  });

  test.each<[string, Partial<Question>]>([
    ['a field that is not governed', { field: coordinate('Customer', 'salary') }],
    ['a field without a parent', { field: coordinate('', '') }],
    ['a field whose class no policy can name', { field: coordinate('Customer', 'odd') }],
    ['a purpose that is not registered', { purpose: 'world.domination' }],
    ['no purpose', { purpose: '' }],
    ['a caller with a role that is not declared', { caller: aCaller({ roles: ['support', 'root'] }) }],
  ])('%s, though a policy permits everything', (_, question) => {
    expect(deciderOf(everything)()).toMatchObject({ kind: 'allow' });
    expect(deciderOf(everything)(question)).toMatchObject({ kind: 'deny' });
  });

  test('what any policy forbids, whatever others permit, and says which it was', () => {
    const decide = deciderOf(everything, '@id("no-mail") forbid (principal in Role::"support", action, resource in DataClass::"contact");');
    expect(decide()).toEqual(denied('scope', 'no-mail'));
    expect(decide({ field: coordinate('Customer', 'number') })).toMatchObject({ kind: 'allow' });
  });

  test('what a forbid that fails might have forbidden', () => {
    const decide = deciderOf(everything, '@id("broken") forbid (principal, action, resource in DataClass::"contact") when { 9223372036854775807 + 1 > 0 };');
    expect(decide()).toMatchObject({ kind: 'deny' });
    expect(decide({ field: coordinate('Customer', 'number') })).toMatchObject({ kind: 'allow' });
  });
});

describe('allows', () => {
  test('what a policy permits, and says which it was', () => {
    expect(deciderOf('@id("x") permit (principal in Role::"support", action == Action::"read", resource in DataClass::"contact");')()).toEqual({
      kind: 'allow', policies: ['x'],
    });
  });

  test('by any of a caller\'s roles and scopes', () => {
    const decide = deciderOf('@id("x") permit (principal in Role::"marketing", action, resource) when { principal.scopes.contains("a") };');
    expect(decide({ caller: aCaller({ roles: ['marketing', 'support'], scopes: ['b', 'a'] }) })).toMatchObject({ kind: 'allow' });
    expect(decide({ caller: aCaller({ roles: ['support'], scopes: ['a'] }) })).toMatchObject({ kind: 'deny' });
  });

  test.each(['read', 'lookup', 'filter', 'order', 'list'] as const)('%s alone, where only that is permitted', (action) => {
    const decide = deciderOf(`@id("x") permit (principal, action == Action::"${action}", resource);`);
    const allowed = (['read', 'lookup', 'filter', 'order', 'list'] as const).filter((one) => decide({ action: one }).kind === 'allow');
    expect(allowed).toEqual([action]);
  });
});

describe('the reason', () => {
  const decide = deciderOf('@id("x") permit (principal in Role::"support", action, resource) when { context.purpose == Purpose::"marketing.email" };');

  test('is the purpose where another one would have been allowed', () => {
    expect(decide()).toEqual(denied('purpose'));
  });

  test('is the scope where none would have been', () => {
    expect(decide({ caller: aCaller({ roles: ['marketing'] }) })).toEqual(denied('scope'));
  });
});

test('callers whose classes only look alike are told apart', () => {
  const decide = deciderOf('@id("x") permit (principal, action, resource) when { principal.scopes.contains("a b") };');
  expect(decide({ caller: aCaller({ scopes: ['a b'] }) })).toMatchObject({ kind: 'allow' });
  expect(decide({ caller: aCaller({ scopes: ['a', 'b'] }) })).toMatchObject({ kind: 'deny' });
  expect(decide({ caller: aCaller({ roles: [], scopes: ['support'] }) })).toMatchObject({ kind: 'deny' });
});

test('the version changes with the policies and with the words they are about', () => {
  const versionOf = (text: string, words = vocabulary): string => loadPolicies([{ name: 'a.cedar', text }], words, (file) => collectFaults(file)).version;
  expect(versionOf(everything)).toBe(versionOf(everything));
  expect(versionOf(everything)).not.toBe(versionOf(everything.replace('all', 'everything')));
  expect(versionOf(everything)).not.toBe(versionOf(everything, { ...vocabulary, roles: [...vocabulary.roles, 'finance'] }));
});
