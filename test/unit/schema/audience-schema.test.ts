import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  getVariableValues, introspectionFromSchema, isInputObjectType, isObjectType, Kind, parse, validate, validateSchema,
  type GraphQLSchema,
} from 'graphql';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { collectFaults } from '../../../src/parse/faults.ts';
import { audienceSchema } from '../../../src/schema/audience-schema.ts';
import type { Model } from '../../../src/schema/model.ts';

const env = {
  CRM_URL: 'http://crm.example', CRM_TOKEN: 'a', BILLING_URL: 'http://billing.example', BILLING_KEY: 'b', SUPPORT_URL: 'http://support.example',
  SUPPORT_TOKEN: 'c', CURSOR_KEY: 'k'.repeat(32), PAIRWISE_KEY: 'p'.repeat(32), AUDIT_KEY: 'a'.repeat(32), TOKEN_KEY_SECRET: 't'.repeat(32), SAMPLE_KEYS: '.',
};

let model: Model;
beforeAll(async () => {
  ({ model } = await loadDeployment(join(import.meta.dirname, '../../../config'), env));
});

function schemaOf(...fields: readonly string[]): GraphQLSchema {
  const faults = collectFaults('customer360.yaml');
  const schema = audienceSchema(model, fields, faults);
  expect(faults.all()).toEqual([]);
  expect(validateSchema(schema)).toEqual([]);
  return schema;
}

const contract = ['Query.customer', 'Query.customersBy', 'Query.customers', 'Customer.number', 'Customer.since', 'Customer.profile', 'Profile.name', 'Profile.language'];
const messagesOf = (schema: GraphQLSchema, query: string): readonly string[] => validate(schema, parse(query)).map(({ message }) => message);

describe('a hidden name that is misspelt gives no hint of itself:', () => {
  test.each([
    ['a field', '{ customer(by: { number: "1" }) { emial } }', 'email'],
    ['a field of a part', '{ customer(by: { number: "1" }) { profile { birthDat } } }', 'birthDate'],
    ['a root field', '{ purpose { key } }', 'purposes'],
    ['a type that a fragment is for', 'query { ...x } fragment x on Invoce { number }', 'Invoice'],
    ['an interface', '{ customer(by: { number: "1" }) { ... on Recrd { stale } } }', 'Record'],
    ['a type of a variable', 'query ($v: CustomerFiltr) { customers { pageInfo { endCursor } } }', 'CustomerFilter'],
    ['the deployment\'s classes of data', 'query ($v: DataClas) { customers { pageInfo { endCursor } } }', 'DataClass'],
    ['an argument', '{ customers(wher: {}) { pageInfo { endCursor } } }', 'where'],
    ['a member of an input', '{ customer(by: { emial: "x@y.example" }) { id } }', 'email'],
    ['a member of an input by which other systems name her', '{ customer(by: { externl: { namespace: "crm", value: "1" } }) { id } }', 'external'],
    ['a value of an enum', '{ customers(orderBy: { field: NAMES }) { pageInfo { endCursor } } }', 'NAME'],
    ['a directive', '{ customers @searche { pageInfo { endCursor } } }', 'searches'],
  ])('%s', (_, query, hidden) => {
    // With her first day a list may be filtered by it.
    const messages = messagesOf(schemaOf(...(/filt|wher/i.test(query) ? contract.filter((at) => at !== 'Customer.since') : contract)), query);
    expect(messages).not.toEqual([]);
    for (const message of messages) expect(message).not.toMatch(new RegExp(`["'@]${hidden}["']`));
    // With all fields it would have: the test is none otherwise.
    if (hidden !== 'searches') expect(messagesOf(model.schema, query).join()).toMatch(new RegExp(`Did you mean[^?]*"${hidden}"`));
  });

  test('a member of an input in a variable', () => {
    const schema = schemaOf(...contract);
    const [definition] = parse('query ($by: CustomerKey!) { customer(by: $by) { id } }').definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    for (const by of [{ emial: 'x' }, { email: 'x' }, { externl: {} }]) {
      const { errors } = getVariableValues(schema, definition.variableDefinitions ?? [], { by });
      expect(errors).not.toHaveLength(0);
      for (const { message } of errors ?? []) expect(message).not.toContain('Did you mean');
    }
  });
});

/** What an error says without its hint, and the names that the hint gives. */
function heard(message: string): { readonly said: string; readonly hinted: readonly string[] } {
  const [said = '', hint = ''] = message.split(' Did you mean ');
  return { said, hinted: [...hint.matchAll(/"(\w+)"/g)].map(([, name = '']) => name) };
}

test('every hidden field is told like a field that there is nowhere', () => {
  const schema = schemaOf(...contract);
  let compared = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    const whole = model.schema.getType(type.name);
    if (!(isObjectType(type) && isObjectType(whole)) && !(isInputObjectType(type) && isInputObjectType(whole))) continue;
    const visible = Object.keys(type.getFields());
    for (const hidden of Object.keys(whole.getFields()).filter((name) => !visible.includes(name))) {
      const nonsense = 'q'.repeat(hidden.length);
      const query = (name: string): string => {
        if (isInputObjectType(type)) return `query ($v: Int) { customer(by: { ${name}: $v }) { id } }`;
        return type.name === 'Query' ? `{ ${name} }` : `query { ...x } fragment x on ${type.name} { ${name} }`;
      };
      const [asHidden, asNonsense] = [hidden, nonsense].map((name) => messagesOf(schema, query(name)).map((message) => heard(message.replaceAll(`"${name}"`, '"it"'))));
      expect(asHidden?.map(({ said }) => said)).toEqual(asNonsense?.map(({ said }) => said));
      for (const { hinted } of asHidden ?? []) for (const name of hinted) expect([...visible, ...Object.keys(schema.getTypeMap())]).toContain(name);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(30);
});

test.each<[string, string, (word: string) => string]>([
  ['value of an enum', 'NAME', (word) => `{ customers(orderBy: { field: ${word} }) { pageInfo { endCursor } } }`],
  ['member of a filter', 'email', (word) => `{ customers(where: { ${word}: "x" }) { pageInfo { endCursor } } }`],
  ['argument of a field', 'by', (word) => `{ customers(${word}: "x") { pageInfo { endCursor } } }`],
  ['type', 'Invoice', (word) => `query { ...x } fragment x on ${word} { number }`],
])('a hidden %s is told like one that there is nowhere', (_, hidden, query) => {
  const schema = schemaOf(...contract.filter((at) => at !== 'Query.customer' && at !== 'Query.customersBy'));
  const nonsense = hidden.replaceAll(/[a-z]/g, 'q').replaceAll(/[A-Z]/g, 'Q');
  const [asHidden, asNonsense] = [hidden, nonsense].map((word) => messagesOf(schema, query(word)).map((message) => heard(message.replaceAll(`"${word}"`, '"it"'))));
  expect(asHidden).not.toEqual([]);
  expect(asHidden?.map(({ said }) => said)).toEqual(asNonsense?.map(({ said }) => said));
  expect(asHidden?.flatMap(({ hinted }) => hinted)).not.toContain(hidden);
});

describe('what is left of a schema is whole:', () => {
  test('an order of which no value is left is gone, with the argument that takes it', () => {
    expect(messagesOf(schemaOf('Query.customers', 'Customer.number'), '{ customers(orderBy: { direction: ASC }) { edges { node { id } } } }')).toEqual([
      'Unknown argument "orderBy" on field "Query.customers".',
    ]);
    const ordered = schemaOf('Query.customers', 'Customer.number', 'Customer.since');
    expect(messagesOf(ordered, '{ customers(orderBy: { field: SINCE }) { edges { node { id } } } }')).toEqual([]);
  });

  test('of directives it has those that a query may use, and no words that classify', () => {
    const { __schema: { directives, types } } = introspectionFromSchema(schemaOf(...contract));
    expect(directives.map(({ name }) => name).toSorted()).toEqual(['deprecated', 'include', 'oneOf', 'skip', 'specifiedBy']);
    expect(types.map(({ name }) => name)).not.toContain('DataClass');
  });

  test('a type may be listed for searching by its fields alone', () => {
    const schema = schemaOf('Query.customer', 'Identity.value');
    expect(messagesOf(schema, '{ customer(by: { external: { namespace: "crm", value: "1" } }) { id } }')).toEqual([]);
    expect(schema.getType('Identity')).toBeUndefined();
  });
});

test('nothing is asked of a type that is listed without a field of its own', () => {
  const faults = collectFaults('customer360.yaml');
  audienceSchema(model, ['Query.customer', 'Customer.profile', 'Mutation.linkCustomer', 'Customer.invoices'], faults);
  expect(faults.all().map(({ path, message }) => `${path}: ${message}`)).toEqual([
    '[1]: nothing is listed of Profile, so that there would be no "Customer.profile"',
    '[2]: nothing is listed of LinkChange, so that there would be no "Mutation.linkCustomer"',
  ]);
});
