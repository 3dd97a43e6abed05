import { describe, expect, test } from '@jest/globals';
import { Kind, parse, type GraphQLSchema } from 'graphql';
import { openCostOf } from '../../../src/operation/cost.ts';
import { collectFaults, type Fault } from '../../../src/parse/faults.ts';
import { buildSchema } from '../../../src/schema/build-schema.ts';
import { compileCosts } from '../../../src/schema/compile-costs.ts';
import { select } from '../../../src/selection/select.ts';

const directives = `
  directive @cost(weight: String!) on FIELD_DEFINITION | OBJECT | INTERFACE
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
`;

function built(text: string): { readonly schema: GraphQLSchema; readonly faults: readonly Fault[]; readonly costs: ReturnType<typeof compileCosts> } {
  const faults: Fault[] = [];
  const schema = buildSchema([{ name: 'test.graphql', text: directives + text }], (file) => collectFaults(file, faults));
  if (schema === undefined) throw new Error(JSON.stringify(faults));
  return { schema, faults, costs: compileCosts(schema, (file) => collectFaults(file, faults)) };
}

const shop = built(`
  type Query { person(id: ID): Person people(keys: [ID!]!): [Person] @listSize(slicingArguments: ["keys"]) any: Named names: [String] }
  type Mutation { rename(to: String): Person free: Person @cost(weight: "0") }
  type Person implements Named @cost(weight: "5") {
    name: String
    home: Address
    account: Account @cost(weight: "7")
    pets: [Pet] @listSize(assumedSize: 3)
    tags: [Tag]
    orders(first: Int! = 20): OrderConnection
    rated(limit: Int = 2): [Tag] @listSize(slicingArguments: ["limit"])
  }
  interface Named { name: String }
  type Pet implements Named { name: String toys: [Tag] }
  type Address { city: String }
  type Account { owner: Address }
  type Tag { word: String }
  type OrderConnection { edges: [OrderEdge] pageInfo: PageInfo! }
  type OrderEdge { node: Order cursor: String! }
  type Order { number: String lines(first: Int! = 10): LineConnection }
  type LineConnection { edges: [LineEdge] pageInfo: PageInfo! }
  type LineEdge { node: Tag }
  type PageInfo { hasNextPage: Boolean! }
`);

const costOf = openCostOf(shop.costs);

function cost(text: string, variables: Readonly<Record<string, unknown>> = {}, count = costOf): number {
  const document = parse(text);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  return count(select({ schema: shop.schema, document, operation, variables, limits: { depth: 20, fields: 1000 } }));
}

describe('an operation costs', () => {
  test.each<[string, string, number]>([
    ['nothing for values alone', '{ names }', 0],
    ['what its type weighs for an object', '{ person { name } }', 5],
    ['1 for an object that does not say', '{ person { home { city } } }', 5 + 1],
    ['what the field weighs, and not its type besides', '{ person { account { owner { city } } } }', 5 + 7 + 1],
    ['a list as often as is assumed', '{ person { pets { name } } }', 5 + 3],
    ['a list that says nothing ten times', '{ person { tags { word } } }', 5 + 10],
    ['lists within lists as their product', '{ person { pets { toys { word } } } }', 5 + 3 * (1 + 10)],
    ['a list as often as the argument says', '{ person { rated(limit: 4) { word } } }', 5 + 4],
    ['a list as often as its argument is long', '{ people(keys: ["a", "b", "c"]) { home { city } } }', 3 * (5 + 1)],
    ['nothing for no keys', '{ people(keys: []) { home { city } } }', 0],
    ['a connection 5 and its rows', '{ person { orders(first: 3) { edges { node { number } } } } }', 5 + 5 + 3],
    ['a connection 5 where no row is selected', '{ person { orders(first: 3) { pageInfo { hasNextPage } } } }', 5 + 5],
    ['a connection by its default', '{ person { orders { edges { node { number } } } } }', 5 + 5 + 20],
    ['connections within connections as their product', '{ person { orders(first: 3) { edges { node { lines(first: 2) { edges { node { word } } } } } } } }', 5 + 5 + 3 * (1 + 5 + 2)],
    ['twice what is asked for twice', '{ a: person { name } b: person { name } }', 10],
    ['once what is merged', '{ person { orders(first: 3) { edges { node { number } } } orders(first: 3) { edges { cursor } } } }', 5 + 5 + 3],
    ['the dearest of what an interface may be', '{ any { ... on Pet { toys { word } } ... on Person { home { city } } } }', 1 + 10],
    ['10 for a change', 'mutation { rename(to: "x") { name } }', 15],
    ['what the change says', 'mutation { free { name } }', 0],
  ])('%s', (_, text, expected) => {
    expect(cost(text)).toBe(expected);
    expect(cost(text)).toBe(expected);
  });

  test('what variables say, each time anew, and nothing for what they leave out', () => {
    const document = 'query ($n: Int!, $x: Boolean!, $keys: [ID!]!) { people(keys: $keys) { orders(first: $n) @include(if: $x) { edges { node { number } } } } }';
    expect(cost(document, { n: 3, x: true, keys: ['a', 'b'] })).toBe(2 * (5 + 5 + 3));
    expect(cost(document, { n: 100, x: true, keys: ['a'] })).toBe(5 + 5 + 100);
    expect(cost(document, { n: 100, x: false, keys: ['a'] })).toBe(5);
  });

  test('never less than nothing', () => {
    expect(cost('{ person { orders(first: -100) { edges { node { number } } } } }')).toBe(10);
  });
});

test('what is wrong with a weight or a size is told with its place', () => {
  const { faults } = built(`
    type Query {
      a: A @cost(weight: "much")
      b: A @cost(weight: "-1")
      c: [A] @listSize(slicingArguments: ["first"])
      d: A @listSize(sizedFields: ["edges", "word"])
    }
    type A { word: String }
  `);
  expect(faults).toEqual([
    ['Query.a.@cost', 'expected a weight like "2" or "0.5", got "much"'],
    ['Query.b.@cost', 'expected a weight like "2" or "0.5", got "-1"'],
    ['Query.c.@listSize', 'there is no argument "first"'],
    ['Query.d.@listSize', 'A has no list "edges"'],
    ['Query.d.@listSize', 'A has no list "word"'],
  ].map(([path, message]) => ({ file: 'test.graphql', path, message })));
});
