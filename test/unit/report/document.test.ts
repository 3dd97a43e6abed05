import { beforeAll, expect, test } from '@jest/globals';
import { buildSchema as build, isObjectType, parse, validate, type GraphQLSchema } from 'graphql';
import type { Deployment } from '../../../src/explain/deployment.ts';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { coordinate, type Coordinate } from '../../../src/ids.ts';
import { reportDocuments } from '../../../src/report/document.ts';
import { fieldsOf } from '../../../src/schema/shape.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await loadDeployment(new URL('../../../config', import.meta.url).pathname, sampleEnvironment);
});

/** Classes for all fields of a schema: contact. */
const allContact = (schema: GraphQLSchema): { readonly classes: ReadonlyMap<Coordinate, string> } => ({ classes: new Map([...fieldsOf(schema)].map(({ at }) => [at, 'contact'])) });

test.each(['internal', 'self'])('what is asked for in the schema of %s is valid, and leaves nothing out', (audience) => {
  const schema = deployment.schemas.get(audience);
  if (schema === undefined) throw new Error(`there is no audience ${audience}`);
  const { first, left } = reportDocuments(schema, deployment.model, 100);
  expect(validate(schema, parse(first))).toEqual([]);
  expect(left).toEqual([]);
  for (const name of ['scores', 'linkHistory', 'consentHistory', 'relations', 'identities']) expect(first).toContain(`${name} {`);
});

test('rows with pages of their own come in small pages, all others in the largest', () => {
  const { first } = reportDocuments(deployment.model.schema, deployment.model, 100);
  expect(first).toContain('tickets(first: 20)');
  expect(first).toContain('comments(first: 100)');
  expect(first).toContain('invoices(first: 100)');
});

test('another page is asked for below the row that has it', () => {
  const { schema } = deployment.model;
  const ticket = schema.getType('Ticket');
  if (!isObjectType(ticket)) throw new Error('there are no tickets');
  const text = reportDocuments(schema, deployment.model, 100).page([{ kind: 'row', name: 'tickets', after: 'quo"te', type: 'Ticket' }], ticket, 'comments', 'c');
  expect(validate(schema, parse(text))).toEqual([]);
  expect(text).toContain('tickets(first: 1, after: "quo\\"te")');
  expect(text).toContain('comments(first: 100, after: "c")');
  expect(text).not.toContain('invoices');
});

test('a type within itself, and what wants an argument, is left and told', () => {
  const schema = build(`
    type Query { customer(by: ID): Customer }
    type Customer { id: ID! name: String friend: Customer parent: Group search(word: String!): String pet: Pet }
    type Group { name: String groups: [Group] members: [Customer] }
    union Pet = Dog | Cat
    type Dog { name: String owner: Customer } type Cat { lives: Int }
  `);
  const { first, left } = reportDocuments(schema, allContact(schema), 10);
  expect(left).toEqual(['Customer.friend', 'Group.groups', 'Group.members', 'Customer.search', 'Dog.owner']);
  expect(first).toContain('parent { __typename name');
  expect(first).toContain('... on Cat { lives }');
});

test('what is no data of hers is not asked for', () => {
  const schema = build('type Query { customer(by: ID): Customer } type Customer { id: ID! completeness: String email: String origin: String }');
  const classes = new Map([[coordinate('Customer', 'email'), 'contact'], [coordinate('Customer', 'origin'), 'lineage'], [coordinate('Customer', 'completeness'), 'lineage']]);
  const { first } = reportDocuments(schema, { classes }, 10);
  expect(first).toContain('{ __typename email completeness');
  expect(first).not.toContain('origin');
});
