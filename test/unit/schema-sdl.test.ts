import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isScalarType, parse, validate, type GraphQLSchema } from 'graphql';
import { collectFaults, type Fault } from '../../src/parse/faults.ts';
import { buildSchema } from '../../src/schema/build-schema.ts';
import { classOf, fieldsOf, isStructure } from '../../src/schema/shape.ts';

const folder = join(import.meta.dirname, '../../schema');

const record = ['source', 'remoteId', 'remoteUrl', 'remoteCreatedAt', 'remoteUpdatedAt', 'fetchedAt', 'stale'];
const contactPoint = ['value', 'label', 'primary', 'verifiedAt'];

/** The canonical names, by type: fields, values or members. A deployment and its clients rely on every one of them. */
const canonical: Readonly<Record<string, readonly string[]>> = {
  Query: ['customer', 'customersBy', 'customers', 'node', 'nodes', 'me', 'sources', 'purposes', 'linkReviews', 'accessReport'],
  Mutation: ['linkCustomer', 'mergeCustomers', 'splitCustomer'],
  CustomerKey: ['id', 'number', 'email', 'phone', 'external'],
  ExternalKey: ['namespace', 'value'],
  Customer: [
    'id', 'kind', 'number', 'lifecycleStage', 'since', 'profile', 'contactPoints', 'identities', 'completeness', 'provenance',
    'billing', 'subscriptions', 'invoices', 'payments', 'paymentMethods', 'refunds', 'tickets', 'satisfaction',
  ],
  CustomerKind: ['PERSON', 'ORGANIZATION', 'HOUSEHOLD'],
  Profile: ['givenName', 'familyName', 'name', 'honorificPrefix', 'birthDate', 'gender', 'language', 'timeZone', 'jobTitle', 'organization'],
  Identity: ['namespace', 'value', 'source', 'firstSeenAt', 'lastSeenAt', 'verified', 'linkMethod', 'confidence'],
  ContactPoint: contactPoint,
  EmailContactPoint: [...contactPoint, ...record],
  PhoneContactPoint: [...contactPoint, ...record],
  PostalAddress: [...contactPoint, ...record],
  SocialHandle: [...contactPoint, ...record],
  Record: record,
  SourceSystem: ['key', 'kind', 'owner', 'region', 'health'],
  SourceStatus: ['source', 'status'],
  SourceAnswer: ['OK', 'STALE', 'TIMEOUT', 'UNAVAILABLE', 'DENIED', 'NOT_LINKED'],
  FieldProvenance: ['path', 'source', 'remoteId', 'observedAt', 'stale', 'rule', 'alternatives'],
  BillingSummary: ['currency', 'balance', 'overdue', 'delinquent', 'lastPaymentAt', 'lifetimeRevenue'],
  Subscription: ['plan', 'status', 'startDate', 'currentPeriodStart', 'currentPeriodEnd', 'cancelAt', 'endedAt', 'mrr', ...record],
  Invoice: [
    'number', 'status', 'sourceStatus', 'issueDate', 'dueDate', 'paidOnDate', 'currency', 'subTotal', 'totalTaxAmount', 'totalAmount', 'balance',
    'lineItems', 'documentUrl', ...record,
  ],
  InvoiceStatus: ['DRAFT', 'OPEN', 'PARTIALLY_PAID', 'PAID', 'VOID', 'OVERDUE'],
  Payment: ['amount', 'status', 'failureReason', ...record],
  PaymentMethod: ['brand', 'last4', ...record],
  Refund: ['amount', 'status', ...record],
  Case: ['name', 'description', 'status', 'priority'],
  Ticket: [
    'name', 'description', 'status', 'priority', 'channel', 'assignee', 'tags', 'createdAt', 'dueDate', 'completedAt', 'firstContactResolved',
    'reopens', 'comments', 'ticketUrl', ...record,
  ],
  AccessReport: ['customer', 'madeAt', 'language', 'complete', 'purposes', 'disclosures', 'sources', 'data', 'notFetched', 'rights'],
  AccessReportDisclosure: ['recipient', 'purposes', 'disclosed', 'masked', 'formerFields', 'times', 'firstAt', 'lastAt'],
  AccessReportRecord: ['path', 'field', 'type', 'within', 'remoteId', 'createdAt', 'changedAt', 'stale', 'values'],
  AccessReportValue: ['field', 'path', 'dataClass', 'value', 'type', 'currency', 'inferred', 'mask', 'source', 'readAt'],
  AccessReportGap: ['field', 'source', 'reason', 'detail', 'places'],
  CaseStatus: ['OPEN', 'IN_PROGRESS', 'ON_HOLD', 'CLOSED'],
  CasePriority: ['URGENT', 'HIGH', 'NORMAL', 'LOW'],
  SatisfactionResponse: ['metric', 'score', 'scale', 'comment', 'respondedAt', ...record],
  SatisfactionMetric: ['CSAT', 'NPS', 'CES'],
};

/** Names that say all there is to say; any other field has a description. */
const plain: ReadonlySet<string> = new Set([
  'amount', 'author', 'birthDate', 'body', 'city', 'comment', 'completedAt', 'computedAt', 'contactPoints', 'country', 'createdAt', 'currency',
  'currentPeriodEnd', 'currentPeriodStart', 'description', 'dueDate', 'familyName', 'givenName', 'honorificPrefix', 'id', 'issueDate', 'jobTitle',
  'kind', 'lastErrorAt', 'lastPaymentAt', 'lineItems', 'linkMethod', 'modelVersion', 'name', 'number', 'paidAt', 'paymentMethods', 'payments',
  'postalCode', 'priority', 'profile', 'quantity', 'refundedAt', 'refunds', 'respondedAt', 'score', 'source', 'startDate', 'status',
  'streetAddress', 'subscriptions', 'tags', 'totalAmount', 'totalTaxAmount', 'type', 'billing',
]);

describe('the canonical SDL', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql'));
    const files = await Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
    const faults: Fault[] = [];
    const built = buildSchema(files, (file) => collectFaults(file, faults));
    if (built === undefined) throw new Error(JSON.stringify(faults));
    schema = built;
  });

  test.each(Object.entries(canonical))('has %s with all its canonical names', (name, expected) => {
    expect(membersOf(schema, name)).toEqual(expect.arrayContaining([...expected]));
  });

  test('gives every field of a governed type a class out of the declared ones', () => {
    const classes = membersOf(schema, 'DataClass');
    const open = new Set(['Query.customer', 'Query.customersBy', 'Query.node', 'Query.nodes', 'Query.me']);
    const unclassed = [...fieldsOf(schema)]
      .filter(({ type, at }) => !isStructure(type) && !open.has(at))
      .filter(({ type, field }) => !classes.includes(classOf(type, field) ?? 'none'));
    expect(unclassed.map(({ at }) => at)).toEqual([]);
  });

  test('describes every field whose name does not say it all, there or in its interface', () => {
    const silent = [...fieldsOf(schema)].filter(({ type, field }) => {
      const said = [field, ...type.getInterfaces().map((one) => one.getFields()[field.name])].some((one) => one?.description);
      return !isStructure(type) && !plain.has(field.name) && !said;
    });
    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  test('keeps the descriptions of its scalars beside the functions that check them', () => {
    const custom = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && Boolean(type.astNode));
    expect(custom.filter((type) => !type.description).map((type) => type.name)).toEqual([]);
    expect(custom).not.toEqual([]);
  });

  test.each([
    ['createdSince', '"2024-02-30"', 1],
    ['createdSince', '20240229', 1],
    ['createdSince', '"2024-02-29"', 0],
    ['country', '"XX"', 1],
    ['country', '"DK"', 0],
  ])('checks the literal %s: %s', (name, literal, faults) => {
    const text = `{ customers(where: { ${name}: ${literal} }) { pageInfo { hasNextPage } } }`;
    const columns = validate(schema, parse(text)).map(({ locations }) => locations?.[0]?.column);
    expect(columns).toEqual(faults === 0 ? [] : [text.indexOf(literal) + 1]);
  });

  test('lets a customer be named in exactly one way', () => {
    const type = schema.getType('CustomerKey');
    expect(isInputObjectType(type) && type.isOneOf).toBe(true);
  });
});

/** The fields, values or members of a type; none where there is no such type. */
function membersOf(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];
}
