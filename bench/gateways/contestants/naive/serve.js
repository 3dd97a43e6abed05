/**
 * The afternoon's gateway: Apollo Server as its own "get started" has it, a DataLoader for each system and request, and `fetch`.
 * It asks the CRM first, whose record names the keys of the others.
 */
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';

const { rest } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const typeDefs = `#graphql
  type Query {
    customer(number: ID!): Customer
    customers(numbers: [ID!]!): [Customer]
  }
  type Customer {
    id: ID!
    number: String
    kind: String
    email: String
    phone: String
    since: String
    profile: Profile
    billing: Billing
    tickets(first: Int! = 20): [Ticket!]
  }
  type Profile { givenName: String familyName: String birthDate: String language: String jobTitle: String organization: String }
  type Billing { currency: String balance: String overdue: String delinquent: Boolean lastPaymentAt: String lifetimeRevenue: String }
  type Ticket { name: String status: String priority: String channel: String createdAt: String }
`;

async function rowsOf(url, keys) {
  const response = await fetch(`${url}${keys.map(encodeURIComponent).join(',')}`);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()).data;
}

/** A loader of the one row that has each key. */
function oneByOne(url, key) {
  return new DataLoader(async (keys) => {
    const rows = new Map((await rowsOf(url, keys)).map((row) => [row[key], row]));
    return keys.map((each) => rows.get(each));
  });
}

const loaders = () => ({
  contacts: oneByOne(`${rest.crm}/contacts?numbers=`, 'number'),
  accounts: oneByOne(`${rest.billing}/accounts?ids=`, 'id'),
  tickets: new DataLoader(async (keys) => {
    const rows = Map.groupBy(await rowsOf(`${rest.support}/tickets?requesterIds=`, keys), ({ requesterId }) => requesterId);
    return keys.map((key) => rows.get(key) ?? []);
  }),
});

const resolvers = {
  Query: {
    customer: (_, { number }, { contacts }) => contacts.load(number),
    customers: (_, { numbers }, { contacts }) => contacts.loadMany(numbers),
  },
  Customer: {
    profile: (contact) => contact,
    billing: ({ accountId }, _, { accounts }) => accounts.load(accountId),
    tickets: async ({ requesterId }, { first }, { tickets }) => (await tickets.load(requesterId)).slice(0, first),
  },
};

const { url } = await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), { context: async () => loaders(), listen: { port: 0, host: '127.0.0.1' } });
process.send({ url });
