import { describe, expect, test } from '@jest/globals';
import { stripIgnoredCharacters } from 'graphql';
import { readDocument, type QueryDocument } from '../../../../src/connectors/graphql/document.ts';
import { collectFaults, type Fault } from '../../../../src/parse/faults.ts';

const usage = { allowed: ['value', 'values', 'size', 'at'], repeated: ['value'] };

function faultsOf(query: string): readonly string[] {
  const faults = collectFaults('x');
  readDocument(query, usage, faults);
  return faults.all().map((fault: Fault) => fault.message);
}

function sound(query: string): QueryDocument {
  const faults = collectFaults('x');
  const document = readDocument(query, usage, faults);
  expect(faults.all()).toEqual([]);
  if (document === undefined) throw new Error('expected a document');
  return document;
}

describe('a query', () => {
  test.each([
    ['query { a { ...row }', /^Syntax Error: Expected Name, found <EOF>\. \(line 1, column 21\)$/],
    ['mutation { a { ...row } }', /^expected one query/],
    ['subscription { a { ...row } }', /^expected one query/],
    ['query A { a { ...row } } query B { a { ...row } }', /^expected one query/],
    ['type A { a: Int }', /^expected one query/],
    ['fragment other on A { b }', /^expected one query/],
    ['{ a { ...row } b { ...row } }', /^expected one field at the root/],
    ['{ ... on Query { a { ...row } } }', /^expected one field at the root/],
    ['{ a { id } }', /^expected \.\.\.row where the fields of a row belong/],
    ['{ a { ...row } } fragment row on A { b }', /^the fragment row stands for what is asked for/],
    ['{ a { ...row ...other } }', /^Unknown fragment "other"/],
    ['{ a { ...row } } fragment other on A { b }', /^Fragment "other" is never used/],
    ['query ($key: ID!) { a(id: $key) { ...row } }', /^\$key has no value here; expected \$value, \$values, \$size, \$at$/],
    ['query ($value: ID!) { a { ...row } }', /^Variable "\$value" is never used/],
    ['{ a(id: $value) { ...row } }', /^Variable "\$value" is not defined/],
    ['query ($value: ID!, $value: ID!) { a(id: $value) { ...row } }', /^There can be only one variable named "\$value"/],
    ['query ($value: ID!) { a(id: $value) { ...row ...f } } fragment f on A { b(id: $value) }', /^\$value must be used in the query itself/],
  ])('is refused when it is %j', (query, message) => {
    expect(faultsOf(query)).toEqual([expect.stringMatching(message)]);
  });

  test('tells the name and type of its variables and the name that its field answers under', () => {
    const document = sound('query ($values: [ID!]!, $size: Int, $at: String! = "") { found: a(ids: $values, n: $size, at: $at) { ...row } }');
    expect(document.root).toBe('found');
    expect([...document.variables]).toEqual([
      ['values', { name: 'ID', list: true, optional: false }], ['size', { name: 'Int', list: false, optional: true }], ['at', { name: 'String', list: false, optional: true }],
    ]);
  });
});

describe('a query\'s text', () => {
  const text = (query: string, fields: readonly string[], copies?: number): string => stripIgnoredCharacters(sound(query).text(fields, copies));

  test.each<[readonly string[], string]>([
    [['id'], 'id'],
    [['id', 'name', 'address.city', 'address.country.code'], 'id name address{city country{code}}'],
    [['address', 'address.city'], 'address{city}'],
    [['address.city', 'address'], 'address{city}'],
  ])('has the fields %j in the place of ...row', (fields, expected) => {
    expect(text('{ a { ...row } }', fields)).toBe(`{a{${expected}}}`);
  });

  test('keeps what stands beside and around ...row, and adds no field that is there', () => {
    const query = '{ a { __typename initials(length: 2) home: address { city } ... on Person { ...row } ...row } }';
    expect(text(query, ['id', 'initials', 'home.city'])).toBe('{a{__typename initials(length:2)home:address{city}...on Person{id initials home{city}}id}}');
  });

  test('has the root field once for each copy, each with a variable of its own', () => {
    const query = 'query ($value: ID!, $size: Int) { found: a(id: $value, n: $size) { b(also: [$value]) { ...row } } }';
    expect(text(query, ['id'], 2)).toBe(
      'query($value_0:ID!$value_1:ID!$size:Int){a0:a(id:$value_0 n:$size){b(also:[$value_0]){id}}a1:a(id:$value_1 n:$size){b(also:[$value_1]){id}}}',
    );
  });

  test('is the same for the same fields, and another for others', () => {
    const document = sound('query ($value: ID!) { a(id: $value) { ...row } }');
    expect(document.text(['id'], 1)).toBe(document.text(['id'], 1));
    expect(new Set([document.text(['id'], 1), document.text(['id'], 2), document.text(['id', 'b'], 1), document.text(['id.b'], 1)]).size).toBe(4);
  });
});
