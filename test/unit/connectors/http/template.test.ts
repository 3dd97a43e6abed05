import { describe, expect, test } from '@jest/globals';
import { compilePath, compileTree, staysInPlace, type Placeholder, type Scope } from '../../../../src/connectors/http/template.ts';
import { collectFaults } from '../../../../src/parse/faults.ts';

const aScope = (allowed: readonly Placeholder[] = ['key', 'keys', 'fields', 'size', 'at']) => {
  const faults = collectFaults('crm.yaml');
  return { allowed, faults, uses: new Set<Placeholder>(), joined: new Set<Placeholder>() } satisfies Scope;
};

describe('a tree', () => {
  test.each([
    ['{keys}', { keys: ['a', 'b'] }, ['a', 'b']],
    ['{size}', { size: 50 }, 50],
    ['{key}', { key: '{size}' }, '{size}'],
    ['ids:{keys}!', { keys: ['a', 'b'] }, 'ids:a,b!'],
    ['{key}-{size}', { key: 'a', size: 5 }, 'a-5'],
    ['from {at}', {}, undefined],
    ['plain', {}, 'plain'],
    [true, {}, true],
    [{ a: ['{key}', '{at}', { b: '{size}', c: '{at}', d: null }] }, { key: 'k', size: 1 }, { a: ['k', { b: 1, d: null }] }],
    [{ jsonata: '$keys.{ "id": $ }' }, { keys: ['a', 'b'] }, [{ id: 'a' }, { id: 'b' }]],
    [
      { q: { jsonata: '"id in (" & $join($keys.$quote($, "\'"), ",") & ")"' } },
      { keys: ["O'Neil", 'b\\'] },
      { q: "id in ('O\\'Neil','b\\\\')" },
    ],
    [{ jsonata: 1 }, {}, { jsonata: 1 }],
  ] as const)('%j with %j becomes %j', async (tree, variables, expected) => {
    const scope = aScope();
    expect(await compileTree(tree, scope)(variables)).toEqual(expected);
    expect(scope.faults.all()).toEqual([]);
  });

  test('an unknown placeholder is a fault that lists those that exist', () => {
    const scope = aScope(['key', 'fields']);
    compileTree({ a: { b: ['x {keys}'] }, c: '{nonsense}' }, scope);
    compileTree({ jsonata: '$size' }, scope);
    expect(scope.faults.all().map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'a.b[0]: {keys} does not exist here; there are {key}, {fields}',
      'c: {nonsense} does not exist here; there are {key}, {fields}',
      'jsonata: $size does not exist here; there are {key}, {fields}',
    ]);
  });

  test('notes what it uses, and what ends up joined', () => {
    const scope = aScope();
    compileTree({ a: '{fields}', b: 'x{keys}', c: { jsonata: '$map($keys, function($k) { $k & $size })' } }, scope);
    expect([...scope.uses].sort()).toEqual(['fields', 'keys', 'size']);
    expect([...scope.joined]).toEqual(['keys']);
  });

  test('in an expression a function of JSONata is not taken for a placeholder of its name', () => {
    const scope = aScope(['value']);
    compileTree({ jsonata: '$keys({ "a": $value })' }, scope);
    expect(scope.faults.all()).toEqual([]);
    expect([...scope.uses]).toEqual(['value']);
  });
});

describe('a path', () => {
  test.each([
    ['a/b', '/x/a%2Fb/y'],
    ['../admin', '/x/..%2Fadmin/y'],
    ['a?b=c#d', '/x/a%3Fb%3Dc%23d/y'],
    ['100%', '/x/100%25/y'],
    ['%2e%2e', '/x/%252e%252e/y'],
    ['a\\b', '/x/a%5Cb/y'],
    ['a\r\nb\0', '/x/a%0D%0Ab%00/y'],
    ['"Zoë" ;', '/x/%22Zo%C3%AB%22%20%3B/y'],
  ])('keeps the key %j within its segment', (key, expected) => {
    expect(compilePath('/x/{key}/y', aScope())({ key })).toBe(expected);
  });

  test('joins a list with commas that are not those of its items', () => {
    expect(compilePath('/x/{keys}', aScope())({ keys: ['a', 'b,c'] })).toBe('/x/a,b%2Cc');
  });

  test.each([
    ['/a/../b', false],
    ['/a/.', false],
    ['/..', false],
    ['/a/...', true],
    ['/a/.b', true],
    ['/a?b=/../c', true],
    ['/', true],
  ])('%j stays in place: %j', (path, expected) => {
    expect(staysInPlace(path)).toBe(expected);
  });

  test('a dot segment in its own text is a fault', () => {
    const scope = aScope();
    compilePath('/a/../{key}', scope);
    expect(scope.faults.all()).toMatchObject([{ message: 'the segments "." and ".." are not possible in a path' }]);
  });
});
