import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { compileQuery } from 'graphql-jit';
import { accountAt, contactAt, customerCount, keysAt, ticketsAt } from '../company.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n';

const crm = `
type Query {
  customer(number: ID!): Customer
  customers(numbers: [ID!]!): [Customer]
}
type Customer @key(fields: "id") {
  id: ID!
  number: String
  kind: String
  email: String
  phone: String
  since: String
  profile: Profile
  account: Account
  requester: Requester
}
type Profile { givenName: String familyName: String birthDate: String language: String jobTitle: String organization: String }
`;
/** The CRM knows the keys of the other systems' records, and of these nothing else. */
const stubs = { federated: 'type Account @key(fields: "id", resolvable: false) { id: ID! }\ntype Requester @key(fields: "id", resolvable: false) { id: ID! }\n',
  plain: 'extend type Account @key(fields: "id") { id: ID! @external }\nextend type Requester @key(fields: "id") { id: ID! @external }\n' };
const billing = `
type Account @key(fields: "id") {
  id: ID!
  currency: String
  balance: String
  overdue: String
  delinquent: Boolean
  lastPaymentAt: String
  lifetimeRevenue: String
}
`;
const support = `
type Requester @key(fields: "id") {
  id: ID!
  tickets(first: Int! = 20): [Ticket!]!
}
type Ticket { name: String status: String priority: String channel: String createdAt: String }
`;

/**
 * The systems as subgraphs. `sdl` is of Federation 2; `plainSdl` says the same in Federation 1, which is what Mercurius reads.
 * `execute` takes a GraphQL request and gives JSON; what was compiled for a document is kept.
 */
export function subgraphs() {
  const byNumber = new Map();
  const accounts = new Map();
  const tickets = new Map();
  for (let at = 0; at < customerCount; at += 1) {
    const { number, billing: account, support: requester } = keysAt(at);
    const contact = contactAt(at);
    byNumber.set(number, { ...contact, profile: contact, account: { id: contact.accountId }, requester: { id: contact.requesterId } });
    accounts.set(account, accountAt(at));
    tickets.set(requester, ticketsAt(at));
  }
  const byId = new Map([...byNumber.values()].map((contact) => [contact.id, contact]));
  return [
    subgraph('crm', `${link}${crm}${stubs.federated}`, `${crm}${stubs.plain}`, {
      Query: { customer: (_, { number }) => byNumber.get(number), customers: (_, { numbers }) => numbers.map((number) => byNumber.get(number)) },
      Customer: { __resolveReference: ({ id }) => byId.get(id) },
    }),
    subgraph('billing', `${link}${billing}`, billing, { Account: { __resolveReference: ({ id }) => accounts.get(id) } }),
    subgraph('support', `${link}${support}`, support, {
      Requester: { __resolveReference: ({ id }) => (tickets.has(id) ? { id } : undefined), tickets: ({ id }, { first }) => tickets.get(id).slice(0, first) },
    }),
  ];
}

function subgraph(name, sdl, plainSdl, resolvers) {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]);
  const compiled = new Map();
  const one = async ({ query, variables = {}, operationName }) => {
    const known = compiled.get(query);
    const made = known ?? compileQuery(schema, parse(query), operationName);
    if (known === undefined && compiled.size < 1000) compiled.set(query, made);
    return 'query' in made ? made.query({}, {}, variables ?? {}) : made;
  };
  /** Several requests may come as a list. */
  const execute = async (asked) => JSON.stringify(Array.isArray(asked) ? await Promise.all(asked.map(one)) : await one(asked));
  return { name, sdl, plainSdl, execute };
}
