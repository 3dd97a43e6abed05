/**
 * The customers that every contestant is asked for, as three systems know them. All follows from the customer's place in the list,
 * so that the sources, the links and the answers to expect are the same in every process.
 */

/** How many customers there are. Requests go through all of them in turns. */
export const customerCount = 10_000;
/** All but the last, who has taken her consent back. */
export const loadedCustomers = customerCount - 1;
export const ticketsEach = 3;

export interface Contact {
  readonly id: string;
  readonly number: string;
  readonly kind: 'PERSON';
  readonly email: string;
  readonly phone: string;
  readonly since: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly language: string;
  readonly jobTitle: string;
  readonly organization: string;
  /** Her key in billing. */
  readonly accountId: string;
  /** Her key in support. */
  readonly requesterId: string;
}

export interface Account {
  readonly id: string;
  readonly currency: string;
  readonly balance: string;
  readonly overdue: string;
  readonly delinquent: boolean;
  readonly lastPaymentAt: string;
  readonly lifetimeRevenue: string;
}

export interface Ticket {
  readonly id: string;
  readonly requesterId: string;
  readonly name: string;
  readonly status: string;
  readonly priority: string;
  readonly channel: string;
  readonly createdAt: string;
}

/** A customer's keys: her number, and what each system calls her. */
export interface Keys {
  readonly number: string;
  readonly crm: string;
  readonly billing: string;
  readonly support: string;
}

/** What every contestant answers of one customer, in the one shape that answers are compared in. `billing` and `tickets` are left out where the CRM alone was asked. */
export interface Customer {
  readonly number: string;
  readonly kind: string;
  readonly email: string;
  readonly phone: string;
  readonly since: string;
  readonly profile: Pick<Contact, 'givenName' | 'familyName' | 'birthDate' | 'language' | 'jobTitle' | 'organization'>;
  readonly billing?: Omit<Account, 'id'>;
  readonly tickets?: readonly Omit<Ticket, 'id' | 'requesterId'>[];
}

const givenNames = ['Käthe', 'Mette', 'Jan', 'Søren', 'Lotte', 'Emil', 'Frederik', 'Anouk', 'Ida', 'Bram'];
const familyNames = ['Krüger', 'Jensen', 'de Vries', 'Nørgaard', 'Schäfer', 'Bakker', 'Lindqvist', 'Møller', 'Weiß', 'Visser', 'Hansen'];
const languages = ['de', 'da', 'nl', 'en'];
const jobs = ['Head of purchasing', 'Teacher', 'Electrician', 'Managing director', 'Nurse', 'Software developer', 'Accountant'];
const subjects = ['Parcel has not arrived', 'Invoice shows the wrong address', 'Cannot log in since yesterday', 'Would like to change the plan', 'Refund for a returned lamp'];

const of = <Item>(list: readonly Item[], at: number): Item => list[at % list.length] as Item;
const padded = (at: number, width: number): string => String(at).padStart(width, '0');
const day = (at: number): string => `${padded(1 + (at % 12), 2)}-${padded(1 + (at % 28), 2)}`;
const money = (cents: number): string => `${Math.floor(cents / 100)}.${padded(cents % 100, 2)}`;

/** The customer's keys at a place from 0. */
export function keysAt(at: number): Keys {
  // Keys as systems make them: as long as theirs, and in no common order.
  const scattered = ((at * 7919) % 1_000_003).toString(36);
  return { number: String(10_001 + at), crm: `0035${padded(at, 7)}`, billing: `cus_${scattered}${padded(at, 6)}`, support: `req-${padded(at * 3 + 7, 8)}` };
}

/** Her record in the CRM. */
export function contactAt(at: number): Contact {
  const { number, crm, billing, support } = keysAt(at);
  return {
    id: crm, number, kind: 'PERSON', email: `customer${number}@post.example`, phone: `+4930${padded(1_000_000 + at, 8)}`, since: `20${padded(10 + (at % 14), 2)}-${day(at)}`,
    givenName: of(givenNames, at), familyName: of(familyNames, at * 3), birthDate: `19${padded(50 + (at % 50), 2)}-${day(at * 5)}`, language: of(languages, at), jobTitle: of(jobs, at),
    organization: `${of(familyNames, at * 7)} & Partner GmbH`, accountId: billing, requesterId: support,
  };
}

/** Her account in billing. */
export function accountAt(at: number): Account {
  return {
    id: keysAt(at).billing, currency: at % 4 === 1 ? 'DKK' : 'EUR', balance: money((at * 137) % 90_000), overdue: money((at * 31) % 9_000), delinquent: at % 9 === 0,
    lastPaymentAt: `2025-${day(at * 3)}T09:15:00.000Z`, lifetimeRevenue: money(50_000 + at * 977),
  };
}

/** Her tickets in support, the newest first. */
export function ticketsAt(at: number): readonly Ticket[] {
  return Array.from({ length: ticketsEach }, (_, index) => ({
    id: `t${padded(at * ticketsEach + index, 7)}`, requesterId: keysAt(at).support, name: of(subjects, at + index), status: of(['OPEN', 'IN_PROGRESS', 'ON_HOLD', 'CLOSED'], at + index),
    priority: of(['LOW', 'NORMAL', 'HIGH'], at + 2 * index), channel: of(['email', 'phone', 'web'], at + index), createdAt: `2025-${day(at + 40 - index)}T${padded(index + 8, 2)}:30:00.000Z`,
  }));
}

/** What is to be answered of her. */
export function customerAt(at: number, sources: 'all' | 'crm'): Customer {
  const { number, kind, email, phone, since, givenName, familyName, birthDate, language, jobTitle, organization } = contactAt(at);
  const crm = { number, kind, email, phone, since, profile: { givenName, familyName, birthDate, language, jobTitle, organization } };
  if (sources === 'crm') return crm;
  const { id: _account, ...billing } = accountAt(at);
  return { ...crm, billing, tickets: ticketsAt(at).map(({ id: _ticket, requesterId: _requester, ...ticket }) => ticket) };
}
