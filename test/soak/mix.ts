import type { Person } from '../../sample/people.ts';
import { knownEverywhere } from '../fixtures/faulty-records.ts';
import type { TestIssuer } from '../fixtures/tokens.ts';
import type { TestCompany } from '../fixtures/company.ts';
import type { Service } from './company.ts';

/** One sort of question, as real callers ask it. */
export interface Sort {
  readonly name: string;
  /** The sources whose data it asks for. */
  readonly touches: readonly Service[];
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** How often it is asked, beside the others. */
  readonly weight: number;
}

const completeness = 'completeness { source { key } status }';
const all = `number kind since profile { name language } contactPoints { value label } billing { currency balance overdue } invoices(first: 3) { edges { node { number status totalAmount } } } tickets(first: 3) { edges { node { name status comments(first: 2) { edges { node { body } } } } } } ${completeness}`;

/** The questions: an agent's look-ups, whole and by system; a marketer's lists; a partner's and the customer's own. */
export function mixOf({ people, gateway: { issuer } }: Pick<TestCompany, 'people' | 'gateway'>): readonly Sort[] {
  const known = knownEverywhere({ people }).slice(0, 12);
  const [first] = known;
  if (first === undefined) throw new Error('nobody is known everywhere');
  const tokens = tokensOf(issuer, known);
  const about = (one: Person, name: string, touches: readonly Service[], fields: string, token = tokens.agent, weight = 1): Sort =>
    ({ name, touches, query: `query Ask($number: String!) { customer(by: { number: $number }) { ${fields} } }`, variables: { number: one.number }, token, weight });
  return [
    ...known.flatMap((one) => [
      about(one, 'desk: everything', ['crm', 'billing', 'support'], all, tokens.agent, 3),
      // How she is reached is known to each of them.
      about(one, 'desk: who she is', ['crm', 'billing', 'support'], `number profile { name } contactPoints { value } ${completeness}`),
      about(one, 'desk: invoices', ['billing'], `billing { currency balance } invoices(first: 5) { edges { node { number totalAmount } } } ${completeness}`),
      about(one, 'desk: tickets', ['support'], `tickets(first: 5) { edges { node { name status } } } ${completeness}`),
      about(one, 'partner', ['crm'], 'number email', tokens.partner),
    ]),
    about(first, 'customer', ['crm', 'billing'], 'number email billing { currency } invoices(first: 2) { edges { node { number } } }', tokens.customer, 3),
    ...['Berlin', 'Amsterdam', undefined].map((city): Sort => ({
      name: 'marketing: list', touches: ['crm', 'billing', 'support'], token: tokens.marketer, weight: 4,
      query: `query List($where: CustomerFilter) { customers(first: 10, where: $where) { edges { node { number email segments billing { lifetimeRevenue } satisfaction(first: 1) { edges { node { score } } } } } } }`,
      variables: { where: city === undefined ? null : { city } },
    })),
    { name: 'marketing: many', touches: ['crm', 'billing'], token: tokens.marketer, weight: 2, query: 'query Many($keys: [CustomerKey!]!) { customersBy(keys: $keys) { number email billing { lifetimeRevenue } } }', variables: { keys: known.map(({ number }) => ({ number })) } },
  ];
}

function tokensOf(issuer: TestIssuer, known: readonly Person[]): Readonly<Record<'agent' | 'marketer' | 'partner' | 'customer', string>> {
  const token = (claims: object): string => issuer.token({ exp: Math.floor(Date.now() / 1000) + 86_400, ...claims });
  const numbers = known.map(({ number }) => number);
  return {
    agent: token({ sub: 'yara', kind: 'staff', roles: ['support'], purposes: ['service.support'] }),
    marketer: token({ sub: 'marie', kind: 'staff', roles: ['marketing'], purposes: ['marketing.email'] }),
    partner: token({ sub: 'acme', kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'], customers: numbers, view: 'acme' }),
    customer: token({ sub: 'customer', kind: 'customer', roles: ['customer'], purposes: ['service.support'], customers: numbers.slice(0, 1) }),
  };
}
