import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, execute, GraphQLError, isAbstractType, isEnumType, isListType, isNonNullType, isObjectType, isScalarType, Kind, parse, responsePathAsArray, type GraphQLOutputType, type OperationDefinitionNode } from 'graphql';
import { anAnswer, Masked, typeName, type Answer } from '../../../src/federation/answer.ts';
import { placeError, toldError } from '../../../src/federation/told-error.ts';
import { laysOut, layOut } from '../../../src/operation/lay-out.ts';
import { select, type SelectedField } from '../../../src/selection/select.ts';

const schema = buildSchema(`
  type Query { item: Item items: [Item!]! other: [Item] pet: Pet sure: Item! }
  type Item { id: ID! name: String count: Int! kind: Kind tags: [String!] grid: [[Int]!] item: Item sure: Item! pets: [Pet!] }
  enum Kind { A B }
  interface Pet { name: String! }
  type Cat implements Pet { name: String! lives: Int }
  type Dog implements Pet { name: String! owner: Item }
`);
const documents = [
  '{ item { id name a: name count kind tags grid __typename } }',
  '{ items { id item { count item { name } } } sure { t: __typename sure { id } } }',
  '{ other { name pets { name ... on Cat { lives } ... on Dog { owner { id } } __typename } } x: pet { name } }',
  '{ item { ...f item { ...f sure { ...f } } } } fragment f on Item { id tags sure { name count } }',
];

const told = toldError('Not permitted.', { extensions: { code: 'X' } });
const item = fc.oneof({ weight: 6, arbitrary: fc.constantFrom<unknown>('A', 'B', 3, 'text', true) }, { weight: 2, arbitrary: fc.constantFrom<unknown>(null, undefined, told, new Error('a defect')) });
const leaf = fc.oneof({ weight: 8, arbitrary: item }, { weight: 1, arbitrary: fc.constantFrom<unknown>(new Masked('A', 'last4'), new Masked(null, 'last4')) });
const odd = fc.oneof({ weight: 8, arbitrary: fc.constant<unknown>(undefined) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, told) });

/** An answer to what is selected: mostly what it should be. */
function answerTo(fields: readonly SelectedField[], type: string, draw: fc.GeneratorValue): Answer {
  const answer = anAnswer(type);
  for (const field of fields) if (field.name !== '__typename') answer[field.responseKey] = valueOf(field, field.definition.type, draw);
  return answer;
}
function valueOf(field: SelectedField, type: GraphQLOutputType, draw: fc.GeneratorValue, leaves = leaf): unknown {
  if (isNonNullType(type)) return valueOf(field, type.ofType, draw, leaves);
  if (isScalarType(type) || isEnumType(type)) return draw(() => leaves);
  const other = draw(() => odd);
  if (other !== undefined) return other;
  if (isListType(type)) return Array.from({ length: draw(fc.nat, { max: 2 }) }, () => valueOf(field, type.ofType, draw, item));
  const name = isAbstractType(type) ? draw(() => fc.constantFrom('Cat', 'Dog')) : isObjectType(type) ? type.name : '';
  return answerTo(field.below.get(name) ?? [], name, draw);
}

describe('an answer is laid out', () => {
  test.each(documents)('as graphql-js does it: %s', (text) => {
    const document = parse(text);
    const operation = document.definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
    if (operation === undefined) throw new Error('no operation');
    expect(laysOut(operation)).toBe(true);
    const fields = select({ schema, document, operation, variables: {}, limits: { depth: 10, fields: 100 } });
    fc.assert(fc.property(fc.gen(), (draw) => {
      const answer = answerTo(fields, 'Query', draw);
      const masked: unknown[] = [];
      const expected = execute({
        schema, document, rootValue: answer, typeResolver: (value) => (value as Answer)[typeName],
        fieldResolver: (parent: Answer, _arguments, _context, { fieldNodes, path }) => {
          const value = parent[path.key];
          if (value instanceof GraphQLError) throw placeError(value, fieldNodes, responsePathAsArray(path));
          if (!(value instanceof Masked)) return value;
          masked.push({ path: responsePathAsArray(path), mask: value.mask });
          return value.value;
        },
      });
      const { data, errors = [], extensions } = layOut(fields, answer);
      const shown = (all: readonly GraphQLError[]): unknown => JSON.parse(JSON.stringify(all.map(({ path, locations, message, extensions: more }) => ({ path, locations, more, message: /null|form|represent|Expected/.test(message) ? '' : message }))));
      const { data: theirs, errors: others = [] } = expected as Awaited<typeof expected>;
      expect(JSON.stringify(data)).toBe(JSON.stringify(theirs));
      expect(shown(errors)).toEqual(shown(others));
      expect(extensions?.['masked'] ?? []).toEqual(masked);
    }), { numRuns: 3000 });
  });
});

test.each([['{ __typename }', false], ['{ __schema { queryType { name } } item { id } }', false], ['{ ...f } fragment f on Query { item { id } }', false], ['{ item { __typename } }', true]])('%s is laid out here: %s', (text, here) => {
  expect(laysOut(parse(text).definitions[0] as OperationDefinitionNode)).toBe(here);
});
