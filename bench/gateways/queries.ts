import type { Customer } from './company.ts';
import type { Workload } from './workloads.ts';

/** A body to post, and what of it is the same for every customer. */
export type Asking = (numbers: readonly string[], sources: Workload['sources']) => unknown;
/** The customers in an answer, in the shape that answers are compared in. Throws where there is another answer. */
export type Reading = (answer: unknown) => readonly (Customer | null)[];

/** How a contestant is asked, and how its answers are read. */
export interface Dialect {
  readonly ask: Asking;
  readonly read: Reading;
}

const crm = 'number kind email phone since profile { givenName familyName birthDate language jobTitle organization }';
const billing = 'currency balance overdue delinquent lastPaymentAt lifetimeRevenue';
const ticket = 'name status priority channel createdAt';

/** The floor's own: no GraphQL. */
export const plain: Dialect = {
  ask: (numbers, sources) => ({ numbers, sources }),
  read: (answer) => (answer as { readonly customers: readonly Customer[] }).customers,
};

/** The canonical schema of the gateway. Front ends know a customer by her number. */
export const ours: Dialect = graphql({
  fields: { crm, all: `${crm} billing { ${billing} } tickets(first: 5) { edges { node { ${ticket} } } }` },
  one: { parameter: 'String!', root: 'customer(by: { number: $number })', variables: (number) => ({ number }) },
  many: { parameter: '[CustomerKey!]!', root: 'customersBy(keys: $numbers)', variables: (numbers) => ({ numbers: numbers.map((number) => ({ number })) }) },
  customer: ({ tickets, ...rest }) => (tickets === undefined ? rest : { ...rest, tickets: (tickets as { readonly edges: readonly { readonly node: unknown }[] }).edges.map(({ node }) => node) }),
});

const peer = {
  one: { parameter: 'ID!', root: 'customer(number: $number)', variables: (number: string) => ({ number }) },
  many: { parameter: '[ID!]!', root: 'customers(numbers: $numbers)', variables: (numbers: readonly string[]) => ({ numbers }) },
};

/** A schema of one's own, made for this answer. */
export const flat: Dialect = graphql({ ...peer, fields: { crm, all: `${crm} billing { ${billing} } tickets(first: 5) { ${ticket} }` }, customer: (customer) => customer });

/** The federation's: the CRM's customer refers to the entities of the others. */
export const federated: Dialect = graphql({
  ...peer,
  fields: { crm, all: `${crm} account { ${billing} } requester { tickets(first: 5) { ${ticket} } }` },
  customer: ({ account, requester, ...rest }) => (account === undefined ? rest : { ...rest, billing: account, tickets: (requester as { readonly tickets: unknown }).tickets }),
});

type Fields = Readonly<Record<string, unknown>>;

interface Root<Named> {
  readonly parameter: string;
  readonly root: string;
  readonly variables: (named: Named) => Readonly<Record<string, unknown>>;
}

function graphql({ fields, one, many, customer }: {
  readonly fields: Readonly<Record<Workload['sources'], string>>;
  readonly one: Root<string>;
  readonly many: Root<readonly string[]>;
  readonly customer: (fields: Fields) => Fields;
}): Dialect {
  const documents = (sources: Workload['sources']): Readonly<Record<'one' | 'many', string>> => ({
    one: `query One($number: ${one.parameter}) { found: ${one.root} { ${fields[sources]} } }`,
    many: `query Many($numbers: ${many.parameter}) { found: ${many.root} { ${fields[sources]} } }`,
  });
  const texts = { all: documents('all'), crm: documents('crm') };
  return {
    ask: (numbers, sources) => {
      const [number] = numbers;
      return number !== undefined && numbers.length === 1
        ? { query: texts[sources].one, variables: one.variables(number) }
        : { query: texts[sources].many, variables: many.variables(numbers) };
    },
    read: (answer) => {
      const { data, errors } = answer as { readonly data?: { readonly found: Fields | null | readonly (Fields | null)[] }; readonly errors?: unknown };
      if (errors !== undefined || data === undefined) throw new Error(`expected data alone, got ${JSON.stringify(answer).slice(0, 500)}`);
      return [data.found].flat().map((each) => (each === null ? null : customer(each) as unknown as Customer));
    },
  };
}
