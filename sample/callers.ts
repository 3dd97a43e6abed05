import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { SampleKeys } from './keys.ts';

/** Who asks the sample company's gateway. */
export interface SampleCaller {
  readonly name: CallerName;
  /** Who it is, in a sentence. */
  readonly description: string;
  /** What the token says beside the times and the issuer. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** A query that fits this caller: on customer 10001, or on what waits for a decision. */
  readonly query: string;
}

export type CallerName = 'marketing' | 'support' | 'partner' | 'customer' | 'steward' | 'lead' | 'service-lead' | 'privacy';

const name = '{ customer(by: { number: "10001" }) { id profile { name } } }';
const everything = `{ customer(by: { number: "10001" }) {
  id profile { name } billing { currency balance }
  invoices(first: 2) { edges { node { number totalAmount } } }
  tickets(first: 2) { edges { node { name status } } }
  completeness { source { key } status }
} }`.replace(/\s+/g, ' ');

/** The callers that the sample company knows. */
export const sampleCallers: readonly SampleCaller[] = [
  {
    name: 'marketing',
    description: 'a marketer, who prepares an e-mail campaign',
    claims: { sub: 'marie@sample-company.example', kind: 'staff', roles: ['marketing'], purposes: ['marketing.email'] },
    query: name,
  },
  {
    name: 'support',
    description: 'a support agent, who helps a customer on the phone',
    claims: { sub: 'yara@sample-company.example', kind: 'staff', roles: ['support'], purposes: ['service.support'] },
    query: everything,
  },
  {
    name: 'partner',
    description: 'the partner Acme, who has a contract for the customers 10001, 10002 and 10003',
    claims: {
      sub: 'acme', kind: 'partner', roles: ['partner-acme'], scope: 'customer:read', purposes: ['partner.share.acme'],
      customers: ['10001', '10002', '10003'], view: 'acme',
    },
    query: name,
  },
  {
    name: 'customer',
    description: 'customer 10001 herself',
    // Her scope says what a request is for that does not say it itself.
    claims: {
      sub: 'customer-10001', kind: 'customer', roles: ['customer'], scope: 'dpv:CommunicationForCustomerCare', purposes: ['service.support', 'data.subject.request'],
      customers: ['10001'],
    },
    query: name,
  },
  {
    name: 'steward',
    description: 'a data steward, who decides which records are one person',
    claims: { sub: 'stella@sample-company.example', kind: 'staff', roles: ['steward'], purposes: ['identity.stewardship'] },
    query: '{ customer(by: { number: "10001" }) { id profile { name } identities { namespace value linkMethod evidence } } }',
  },
  {
    name: 'lead',
    description: 'who leads marketing, and decides what marketers may see beyond their role',
    claims: { sub: 'lena@sample-company.example', kind: 'staff', roles: ['marketing-lead'], purposes: ['marketing.email'] },
    query: '{ accessRequests(state: PENDING) { id holder fields purpose reason until } }',
  },
  {
    name: 'service-lead',
    description: 'who leads customer service, decides on what agents ask for, and looks at their emergencies',
    claims: { sub: 'sven@sample-company.example', kind: 'staff', roles: ['service-lead'], purposes: ['service.support'] },
    query: '{ accessRequests { id kind state holder fields reason reviewedBy } }',
  },
  {
    name: 'privacy',
    description: 'who answers for data protection, and tells customers all that is held on them',
    claims: { sub: 'petra@sample-company.example', kind: 'staff', roles: ['privacy-officer'], purposes: ['data.subject.request'] },
    query: '{ accessReport(by: { number: "10001" }) { complete disclosures { recipient purposes times } sources { key status } data { dataClass records { type values { field value source } } } notFetched { field source reason } } }',
  },
];

/** The caller of a name, if there is one. */
export function sampleCaller(wanted: string | undefined): SampleCaller | undefined {
  return sampleCallers.find((caller) => caller.name === wanted);
}

/** A token for one of the callers: signed by the sample company's issuer (ES256), good for 12 hours. */
export function tokenFor(caller: SampleCaller, keys: SampleKeys, clock: () => number): string {
  const now = Math.floor(clock() / 1000);
  return jwt.sign({ ...caller.claims, iat: now, exp: now + 12 * 60 * 60 }, keys.issuerKey, {
    algorithm: 'ES256',
    keyid: keys.keyId,
    issuer: 'https://login.sample-company.example',
    audience: 'customer360',
    jwtid: randomUUID(),
  });
}
