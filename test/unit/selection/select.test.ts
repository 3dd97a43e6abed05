import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { select, type SelectedField, type SelectionLimits } from '../../../src/selection/select.ts';

const schema = buildSchema(`
  interface Animal { name: String }
  interface Owned { owner: Person }
  type Cat implements Animal & Owned { name: String owner: Person lives(left: Int = 9): Int }
  type Dog implements Animal { name: String tricks: [String] }
  union Pet = Cat | Dog
  type Person { name: String pets: [Animal] pet: Pet friend: Person }
  type Query { me: Person animals: [Animal] }
`);

function selected(text: string, variables: Readonly<Record<string, unknown>> = {}, limits: SelectionLimits = { depth: 10, fields: 1000 }): readonly SelectedField[] {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return select({ schema, document, operation, variables, limits });
}

/** The selection as a tree of names: `key: name`, by object type where it matters. */
function treeOf(fields: readonly SelectedField[]): unknown {
  return Object.fromEntries(fields.map(({ responseKey, at, below }) => {
    const inner = Object.fromEntries([...below].map(([type, one]) => [type, treeOf(one)]));
    return [`${responseKey} ${at}`, inner];
  }));
}

test('an alias is a response key of its own, with its own arguments', () => {
  const [me] = selected('query ($n: Int) { me { pet { ... on Cat { a: lives b: lives(left: $n) c: lives(left: 2) } } } }', { n: 4 });
  const cat = me?.below.get('Person')?.[0]?.below.get('Cat') ?? [];
  expect(cat.map((field) => [field.responseKey, field.arguments])).toEqual([['a', { left: 9 }], ['b', { left: 4 }], ['c', { left: 2 }]]);
});

test('fields of one key are merged, wherever they stand', () => {
  expect(treeOf(selected(`
    { me { name } me { friend { name } ...f } ... on Query { me { friend { friend { name } } } } }
    fragment f on Person { friend { pet { __typename } } name }
  `))).toEqual(treeOf(selected('{ me { name friend { name pet { __typename } friend { name } } } }')));
});

test('each possible type at a place has a selection of its own', () => {
  expect(treeOf(selected('{ animals { name ... on Cat { lives } ... on Dog { tricks } ... on Owned { owner { name } } } }'))).toEqual({
    'animals Query.animals': {
      Cat: { 'name Cat.name': {}, 'lives Cat.lives': {}, 'owner Cat.owner': { Person: { 'name Person.name': {} } } },
      Dog: { 'name Dog.name': {}, 'tricks Dog.tricks': {} },
    },
  });
});

test.each([
  ['@skip(if: true)', {}, false], ['@skip(if: false)', {}, true], ['@include(if: true)', {}, true], ['@include(if: false)', {}, false],
  ['@skip(if: $v)', { v: true }, false], ['@include(if: $v)', { v: true }, true], ['@include(if: true) @skip(if: true)', {}, false],
])('%s with %j: selected is %s', (directive, variables, there) => {
  const query = directive.includes('$v') ? 'query ($v: Boolean!)' : 'query';
  for (const selection of [`name ${directive}`, `... ${directive} { name }`, `... on Person ${directive} { name }`]) {
    const [me] = selected(`${query} { me { __typename ${selection} } }`, variables);
    expect(me?.below.get('Person')?.map(({ name }) => name)).toEqual(there ? ['__typename', 'name'] : ['__typename']);
  }
});

test('a spread that is skipped here may still be taken there', () => {
  const [me] = selected('query { me { ...f @skip(if: true) ...f } } fragment f on Person { name }');
  expect(me?.below.get('Person')).toHaveLength(1);
});

test('introspection and type names are no part of it', () => {
  expect(selected('{ __typename __schema { queryType { name } } __type(name: "Cat") { name } }')).toEqual([]);
});

describe('limits', () => {
  const refused = expect.objectContaining({ code: 'COST_LIMIT_EXCEEDED' });
  const nested = (depth: number): string => `{ me { ${'friend { '.repeat(depth - 2)} name ${'} '.repeat(depth - 2)} } }`;

  test('depth counts fields, not fragments', () => {
    const limits = { depth: 4, fields: 1000 };
    expect(selected(nested(4), {}, limits)).toHaveLength(1);
    expect(() => selected(nested(5), {}, limits)).toThrow(refused);
    expect(selected('{ ...q } fragment q on Query { ... { me { ...p } } } fragment p on Person { ... { ...o } } fragment o on Person { friend { ... { name } } }', {}, limits)).toHaveLength(1);
  });

  test('width counts what is asked of every possible type', () => {
    const query = '{ animals { name } }';
    expect(selected(query, {}, { depth: 4, fields: 3 })).toHaveLength(1);
    expect(() => selected(query, {}, { depth: 4, fields: 2 })).toThrow(refused);
  });

  test('fragments that multiply are refused before they are multiplied', () => {
    const fragments = Array.from({ length: 9 }, (_, at) => `fragment f${at} on Person { a: friend { ...f${at + 1} } b: friend { ...f${at + 1} } c: friend { ...f${at + 1} } d: friend { ...f${at + 1} } }`);
    const document = `{ me { ...f0 } } ${fragments.join(' ')} fragment f9 on Person { name }`;
    expect(() => selected(document, {}, { depth: 100, fields: 500 })).toThrow(refused);
  });

  test('what is skipped costs nothing', () => {
    expect(selected('{ me { friend @skip(if: true) { friend { friend { friend { name } } } } name } }', {}, { depth: 2, fields: 2 })).toHaveLength(1);
  });
});

test('what the schema has no operation for is refused', () => {
  const document = parse('mutation { me { name } }');
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  expect(() => select({ schema, document, operation, variables: {}, limits: { depth: 9, fields: 9 } })).toThrow(
    expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }),
  );
});

test('wrapping any part in fragments changes nothing', () => {
  const selection = fc.letrec<{ readonly node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constant('name'),
      tie('node').map((inner) => `friend { ${inner} }`),
      tie('node').map((inner) => `pets { name ... on Cat { owner { ${inner} } } }`),
      fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a} ${b}`),
    ),
  })).node;
  fc.assert(fc.property(selection, (text) => {
    const wrapped = text.replaceAll('name', '... on Person { ... { name } } ').replaceAll('pets { ... on Person { ... { name } } ', 'pets { name ');
    expect(treeOf(selected(`{ me { ${wrapped} } }`))).toEqual(treeOf(selected(`{ me { ${text} } }`)));
  }));
});
