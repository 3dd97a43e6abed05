import { ApolloServer } from '@apollo/server';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse, type GraphQLFormattedError } from 'graphql';

/** Another graph of the company: orders, and the points of customers, whom it knows by their numbers. */
export const ordersSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])
  type Query { orders(numbers: [String!]!): [Order] node(id: ID!): Node }
  interface Node { id: ID! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Order implements Node { id: ID! customer: Customer }
  type Customer @key(fields: "number") { number: String points: Int }
`;

const customer = (number: string): object => ({ __typename: 'Customer', number, points: Number(number) % 1000 });
/** What answers for it. */
export const orders = makeExecutableSchema({
  typeDefs: `
    type Query { orders(numbers: [String!]!): [Order] _entities(representations: [_Any!]!): [_Entity]! }
    type Order { id: ID! customer: Customer }
    type Customer { number: String points: Int }
    union _Entity = Customer
    scalar _Any
  `,
  resolvers: {
    Query: {
      orders: (_: unknown, { numbers }: { readonly numbers: readonly string[] }) => numbers.map((number, index) => ({ id: String(index), customer: customer(number) })),
      _entities: (_: unknown, { representations }: { readonly representations: readonly { readonly number: string }[] }) => representations.map(({ number }) => customer(number)),
    },
  },
});

/** A client of the router: its token and purpose, which the router passes on. */
export interface Client {
  readonly token: string;
  readonly purpose?: string;
}

export interface Supergraph {
  readonly ask: (query: string, client: Client) => Promise<{
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of many shapes
    readonly data: any;
    readonly errors: readonly GraphQLFormattedError[];
  }>;
  readonly stop: () => Promise<void>;
}

/** Composes a gateway's graph with that of orders, and serves both as one with Apollo Gateway. */
export async function startSupergraph(url: string, sdl: string): Promise<Supergraph> {
  const { supergraphSdl, errors } = composeServices([
    { name: 'customers', url: `${url}/graphql`, typeDefs: parse(sdl) },
    { name: 'orders', url: 'http://orders.invalid', typeDefs: parse(ordersSdl) },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url: address }) => (name === 'orders' ? new LocalGraphQLDataSource(orders) : new RemoteGraphQLDataSource<Partial<Client>>({
      url: address ?? '',
      willSendRequest({ request, context: { token, purpose } }) {
        if (token !== undefined) request.http?.headers.set('authorization', `Bearer ${token}`);
        if (purpose !== undefined) request.http?.headers.set('x-purpose', purpose);
      },
    })),
  });
  const server = new ApolloServer<Client>({ gateway, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false });
  await server.start();
  return {
    async ask(query, client) {
      const { body } = await server.executeOperation({ query }, { contextValue: client });
      if (body.kind !== 'single') throw new Error('an answer in parts');
      return { data: body.singleResult.data, errors: body.singleResult.errors ?? [] };
    },
    stop: () => server.stop(),
  };
}
