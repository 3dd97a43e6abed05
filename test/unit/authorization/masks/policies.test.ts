import { describe, expect, test } from '@jest/globals';
import { loadPolicies } from '../../../../src/authorization/load-policies.ts';
import { maskNames, type MaskName } from '../../../../src/authorization/masks/mask.ts';
import { isStronger, weakest } from '../../../../src/authorization/masks/strength.ts';
import type { Vocabulary } from '../../../../src/authorization/vocabulary.ts';
import { coordinate } from '../../../../src/ids.ts';
import { collectFaults } from '../../../../src/parse/faults.ts';
import { deciding, words } from '../../../fixtures/deciding.ts';

const email = 'resource == Field::"Customer.email"';
const reads = (id: string, resource: string, mask?: MaskName, when = 'true'): string =>
  `@id("${id}") ${mask === undefined ? '' : `@mask("${mask}") `}permit (principal, action == Action::"read", ${resource}) when { ${when} };`;

describe('a permit with a mask', () => {
  test('permits what it shows', () => {
    expect(deciding(reads('m', email, 'email')).full()).toEqual({ kind: 'allow', policies: ['m'], mask: 'email' });
  });

  test('is outdone by one without, and by the weaker of two', () => {
    expect(deciding(reads('m', email, 'email'), reads('clear', 'resource')).full()).toMatchObject({ kind: 'allow', mask: undefined });
    expect(deciding(reads('m', email, 'hash'), reads('n', email, 'email')).full()).toMatchObject({ kind: 'allow', mask: 'email' });
  });

  test('and another that cannot be compared permit nothing', () => {
    const number = 'resource == Field::"Customer.number"';
    const { full } = deciding(reads('m', number, 'last4'), reads('n', number, 'initials'));
    expect(full({}, { field: coordinate('Customer', 'number') })).toMatchObject({ kind: 'deny', reason: 'scope', policies: expect.arrayContaining(['m', 'n']) });
  });

  test('can depend on the customer, and so can its absence', () => {
    const { full, early } = deciding(reads('m', email, 'email'), reads('clear', email, undefined, 'context.customer.consents.contains(context.purpose)'));
    expect(early()).toMatchObject({ kind: 'open' });
    expect(full()).toMatchObject({ kind: 'allow', mask: 'email' });
    expect(full({ consents: ['service.support'] })).toMatchObject({ kind: 'allow', mask: undefined });
  });
});

describe('at start', () => {
  const faultsOf = (text: string, given: Vocabulary = words): readonly string[] => {
    const faults = collectFaults('p.cedar');
    loadPolicies([{ name: 'p.cedar', text }], given, () => faults);
    return faults.all().map(({ message }) => message);
  };
  const masked = (mask: string, rest: string, effect = 'permit'): string => `@id("m") @mask("${mask}") ${effect} (principal, ${rest};`;
  const read = 'action == Action::"read"';

  test.each<[string, string, readonly string[]]>([
    ['a mask that is none', masked('rot13', `${read}, ${email})`), [`there is no mask "rot13"; expected one of ${maskNames.join(', ')}`]],
    ['a mask of what is forbidden', masked('email', `${read}, ${email})`, 'forbid'), ['a mask is of what is permitted; a forbid shows nothing']],
    ['a mask of any action', masked('email', `action, ${email})`), ['a mask is of what is read; expected action == Action::"read" in the head of the policy']],
    ['a mask of filters', masked('email', `action in [Action::"read", Action::"filter"], ${email})`), ['a mask is of what is read; expected action == Action::"read" in the head of the policy']],
    ['a mask that does not fit', masked('year', `${read}, ${email})`), ['the mask "year" does not fit Customer.email (EmailAddress); it fits Date, DateTime']],
    ['a mask of all there is', masked('hash', `${read}, resource)`), ['the mask "hash" does not fit Query.sources (no scalar), and 1 more; it fits String, ID, EmailAddress']],
    ['a mask of what is no single value', masked('hash', `${read}, resource) when { resource == Field::"Query.sources" }`), ['the mask "hash" does not fit Query.sources (no scalar); it fits String, ID, EmailAddress']],
  ])('%s is a fault', (_, text, messages) => {
    expect(faultsOf(text)).toEqual(messages);
  });

  test.each([
    ['in the head', masked('email', `${read}, ${email})`)],
    ['in a class', masked('email', `${read}, resource in DataClass::"contact")`)],
    ['in a condition', masked('email', `${read}, resource) when { context.purpose == Purpose::"fraud" && resource in [Field::"Customer.email"] }`)],
    ['in a list', masked('hash', `action in [Action::"read"], resource) when { (resource in [Field::"Customer.email", Field::"Customer.number"] || resource in Type::"Profile") }`)],
    ['but for some', masked('hash', `${read}, resource in Type::"Customer") unless { resource in [Field::"Customer.odd"] }`)],
    ['by negation', masked('email', `${read}, resource in DataClass::"contact") when { !(resource in DataClass::"profile") || principal.kind == "staff" }`)],
    ['in a branch', masked('email', `${read}, resource) when { if resource in DataClass::"contact" then principal.kind == "staff" else false }`)],
  ])('the fields of a mask may be named %s', (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  test('a hash without a key is a fault', () => {
    expect(faultsOf(masked('hash', `${read}, ${email})`), { ...words, canHash: false })).toEqual(['a hash needs a key; expected masks.hashKeys in customer360.yaml']);
  });
});

describe('the order of strength', () => {
  test('is one: nothing is stronger than itself or than what is stronger, and it carries on', () => {
    for (const a of maskNames) {
      expect(isStronger(a, a)).toBe(false);
      for (const b of maskNames) {
        if (isStronger(a, b)) expect(isStronger(b, a)).toBe(false);
        for (const c of maskNames) if (isStronger(a, b) && isStronger(b, c)) expect(isStronger(a, c)).toBe(true);
      }
    }
  });

  test('the weakest is one of them, whatever their order, or there is none', () => {
    expect(weakest(['hash', 'last4', 'hash'])).toBe('last4');
    expect(weakest(['last4', 'hash'])).toBe('last4');
    expect(weakest(['hash', 'hash'])).toBe('hash');
    expect(weakest(['last4', 'email', 'hash'])).toBe('incomparable');
  });
});
