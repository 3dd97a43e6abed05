import { describe, expect, test } from '@jest/globals';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Copy } from '../../../sample/copies.ts';
import { makePeople } from '../../../sample/people.ts';
import { ascii, caseless, internationalPhone, nationalPhone, phoneDigits, spacedPhone } from '../../../sample/spelling.ts';
import { people, showcase } from './systems.ts';

const thousands = makePeople(10_000);
const all = thousands.all();
const customers = all.slice(0, 10_000);
const outsiders = all.slice(10_000);
const part = (count: number): number => count / customers.length;

describe('the people', () => {
  test('are 10,000 customers, numbered from 10001 to 20000, and 100 outsiders without a number', () => {
    expect(customers.map(({ number }) => number)).toEqual(Array.from({ length: 10_000 }, (_, at) => String(10_001 + at)));
    expect(outsiders.map(({ number }) => number)).toEqual(Array.from({ length: 100 }, () => undefined));
  });

  test('are the same whenever and in whatever number they are made', () => {
    expect(makePeople(500).all().slice(0, 500)).toEqual(customers.slice(0, 500));
    expect(people.at(27)).toEqual(customers[27]);
  });

  test.each([-1, 500, 9_999, 10_005])('has nobody at the index %d of 500', (index) => {
    expect(people.at(index)).toBeUndefined();
  });

  test('cannot be more than the indexes below the outsiders', () => {
    expect(() => makePeople(10_001)).toThrow(RangeError);
  });

  test('have phone numbers that exist in their countries', () => {
    const invalid = all
      .flatMap(({ home, mobilePhone }) => [home.phone, mobilePhone].map((number) => ({ number, country: home.country })))
      .filter(({ number, country }) => number !== undefined && !parsePhoneNumberFromString(internationalPhone(number, country))?.isValid());
    expect(invalid.map(({ number, country }) => `${country.code} ${number ?? ''}`)).toEqual([]);
  });

  test('share their phone now and then, and their e-mail address seldom, in pairs', () => {
    const repeated = (values: readonly string[]): number => values.length - new Set(values).size;
    expect(repeated(all.map(({ home }) => internationalPhone(home.phone, home.country)))).toBe(202);
    expect(repeated(all.map(({ email }) => email))).toBe(26);
  });

  test('have addresses that are safe to write to', () => {
    expect(all.filter(({ email }) => !/^[a-z]+\.[a-z]+\d*@[a-z]+\.example$/.test(email)).map(({ email }) => email)).toEqual([]);
  });

  test('pay in seven currencies or fewer, the yen among them', () => {
    expect([...new Set(all.map(({ home }) => home.country.currency))].sort()).toEqual(['CHF', 'DKK', 'EUR', 'GBP', 'JPY', 'SEK']);
  });
});

describe('what the systems know', () => {
  test('is everybody in the CRM, and fewer in billing and support', () => {
    expect(customers.every(({ copies }) => copies.crm !== undefined)).toBe(true);
    expect(part(customers.filter(({ copies }) => copies.billing === undefined).length)).toBeCloseTo(0.06, 2);
    expect(part(customers.filter(({ copies }) => copies.support === undefined).length)).toBeCloseTo(0.12, 2);
  });

  test('is of every outsider in exactly one of billing and support', () => {
    const known = outsiders.map(({ copies }) => Object.entries(copies).flatMap(([system, copy]) => (copy === undefined ? [] : [system])));
    expect(new Set(known.map(String))).toEqual(new Set(['billing', 'support']));
  });

  test.each(['crm', 'billing', 'support'] as const)('has an id of its own for each person in %s', (system) => {
    const ids = all.flatMap(({ copies }) => copies[system]?.id ?? []);
    const patterns = { crm: /^003[0-9A-Za-z]{12}$/, billing: /^cus_[0-9A-Za-z]{14}$/, support: /^\d{12}$/ };
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !patterns[system].test(id))).toEqual([]);
  });

  test('has the customer number everywhere in the CRM, nearly everywhere in billing and in half of support', () => {
    const numbered = (system: 'crm' | 'billing' | 'support'): number => {
      const copies = customers.flatMap((person) => person.copies[system] ?? []);
      return copies.filter(({ number }) => number !== undefined).length / copies.length;
    };
    expect(numbered('crm')).toBe(1);
    expect(numbered('billing')).toBeCloseTo(0.97, 1);
    expect(numbered('support')).toBeCloseTo(0.5, 1);
  });

  test('differs between the systems in case, spelling, format and fact', () => {
    const copies = customers.flatMap(({ copies: { crm, billing } }) => (crm && billing ? [[crm, billing]] : []));
    const emails = pairsOf(copies, 'email');
    const phones = pairsOf(copies, 'phone');
    const names = pairsOf(copies, 'name');
    expect(emails.filter(([a, b]) => a !== b && caseless(a) === caseless(b)).length).toBeGreaterThan(500);
    expect(emails.filter(([a, b]) => caseless(a) !== caseless(b)).length).toBeGreaterThan(100);
    expect(phones.filter(([a, b]) => a !== b && phoneDigits(a) === phoneDigits(b)).length).toBeGreaterThan(500);
    expect(phones.filter(([a, b]) => phoneDigits(a) !== phoneDigits(b)).length).toBeGreaterThan(500);
    expect(names.filter(([a, b]) => a !== b && !/[^ -~]/.test(b)).length).toBeGreaterThan(500);
    expect(customers.filter(({ copies: { crm } }) => crm?.emailVerified === false).length).toBeGreaterThan(500);
  });

  test('is complete and the same everywhere for customer 10001', () => {
    const { crm, billing, support } = showcase.copies;
    const { id: _, ...facts } = crm ?? {};
    expect(facts).toEqual({
      number: '10001', name: 'Käthe Krüger', email: 'kaethe.krueger@post.example', emailVerified: true, phone: '+4915121234567',
    });
    expect([billing, support]).toEqual([expect.objectContaining(facts), expect.objectContaining(facts)]);
    expect(Object.entries(showcase).filter(([, value]) => value === undefined)).toEqual([]);
  });
});

/** What two systems say of the same people, where both say something. */
function pairsOf(copies: readonly (readonly Copy[])[], name: 'email' | 'phone' | 'name'): readonly (readonly [string, string])[] {
  return copies.flatMap(([one, other]) => {
    const [a, b] = [one?.[name], other?.[name]];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
}

describe('spellings', () => {
  const { country } = showcase.home;
  const poland = all.map(({ home }) => home.country).find(({ code }) => code === 'PL') ?? country;

  test.each([
    ['Jürgen Weiß', country, 'Juergen Weiss'],
    ['Ürgüp Löwe', poland, 'Urgup Lowe'],
    ['Łukasz Żak', poland, 'Lukasz Zak'],
    ['Søren Bæk', poland, 'Soren Baek'],
    ['L’Hôte', poland, "L'Hote"],
    ['Smith', country, 'Smith'],
  ])('%s is written without diacritics', (name, where, plain) => {
    expect(ascii(name, where)).toBe(plain);
  });

  test('a phone number has a form for abroad, one for reading and one for home', () => {
    expect(internationalPhone('15121234567', country)).toBe('+4915121234567');
    expect(spacedPhone('15121234567', country)).toBe('+49 151 2123 4567');
    expect(nationalPhone('15121234567', country)).toBe('0151 2123 4567');
    expect(phoneDigits('0049 (151) 2123-4567')).toBe(phoneDigits('+4915121234567'));
  });
});
