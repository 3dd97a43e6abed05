import type { Asker } from './callers.ts';
import { consented, type Known } from './known.ts';

export type Action = 'see' | 'read' | 'lookup' | 'filter' | 'order' | 'list';

/** A question as the policies of this deployment look at it. `known` is undefined where it is about no single customer. */
export interface Asking {
  readonly asker: Asker;
  readonly action: Action;
  /** `Type.field`. */
  readonly field: string;
  readonly dataClass: string;
  readonly known: Known | undefined;
  /** The data classes of everything that the operation selects or searches by. */
  readonly selected: ReadonlySet<string>;
}

/** `purposes.yaml` again. */
const covered: Readonly<Record<string, readonly string[]>> = {
  'service.support': ['identifier', 'profile', 'contact', 'financial', 'service', 'special', 'consent'],
  'marketing.email': ['identifier', 'profile', 'contact', 'behaviour', 'financial'],
  'marketing.segment': ['identifier', 'profile', 'contact', 'behaviour'],
  'risk.fraud': ['identifier', 'profile', 'financial'],
  'risk.screening': ['identifier', 'contact', 'financial', 'special'],
  'research.survey': ['identifier', 'profile', 'contact', 'service'],
  'partner.share': ['identifier', 'profile', 'contact'],
  'partner.ads': ['identifier', 'profile', 'behaviour'],
  'partner.news': ['identifier', 'profile', 'contact'],
  'self.view': ['identifier', 'profile', 'contact', 'financial', 'service', 'behaviour', 'special', 'consent'],
};

/** Purposes that refuse whole customers. */
export const byRow: ReadonlySet<string> = new Set(['marketing.segment', 'risk.screening', 'partner.ads']);

const narrowReads: ReadonlySet<string> = new Set([
  'Customer.number', 'Customer.email', 'Customer.profile', 'Profile.name', 'Profile.birthDate', 'Customer.contactPoints', 'EmailContactPoint.value',
  'EmailContactPoint.remoteId', 'PhoneContactPoint.label', 'Customer.invoices', 'Invoice.number', 'Invoice.lineItems', 'InvoiceLineItem.description',
  'Customer.tickets', 'Ticket.name', 'Ticket.comments', 'TicketComment.author', 'Customer.scores', 'Score.band', 'Customer.identities',
  'Identity.namespace', 'Customer.provenance', 'FieldProvenance.path', 'FieldProvenance.remoteId',
]);
const contract: ReadonlySet<string> = new Set([
  'Customer.number', 'Customer.email', 'Customer.profile', 'Profile.name', 'Profile.jobTitle', 'Customer.contactPoints', 'EmailContactPoint.value',
  'SocialHandle.value', 'Customer.segments',
]);

/** What is shown of a value only as a mask leaves it. */
const veiled: ReadonlySet<string> = new Set([
  'Customer.email', 'EmailContactPoint.value', 'Customer.phone', 'PhoneContactPoint.value', 'Ticket.description', 'Profile.name', 'Profile.givenName',
  'TicketComment.author', 'Profile.birthDate', 'Customer.since', 'Invoice.issueDate', 'BillingSummary.lastPaymentAt', 'PostalAddress.postalCode',
  'BillingSummary.balance', 'Invoice.totalAmount', 'Score.value', 'Ticket.reopens', 'Customer.number', 'Identity.value', 'Customer.segments',
]);
const aroundTheVeiled: ReadonlySet<string> = new Set([
  'Customer.contactPoints', 'Customer.profile', 'Customer.billing', 'Customer.invoices', 'Customer.tickets', 'Customer.identities', 'Customer.scores',
  'PostalAddress.city', 'Profile.jobTitle',
]);

/** True where the law and this deployment's rules permit it: each rule as its policy says in words, without Cedar. A mask is a permit. */
export function permits(asking: Asking): boolean {
  return lawful(asking) && !forbidden(asking) && asking.asker.roles.some((role) => allowed(role, asking));
}

/** True where the value itself is shown: of several permits the one that shows most counts. */
export function bares(asking: Asking): boolean {
  const { asker, field } = asking;
  return permits(asking) && asker.roles.some((role) => allowed(role, asking) && !(role === 'veiled' && veiled.has(field)));
}

function lawful({ asker: { purpose }, action, dataClass, known }: Asking): boolean {
  const fits = dataClass === 'lineage' || covered[purpose]?.includes(dataClass) === true;
  if (action !== 'see' && !fits) return false;
  if (known === undefined || !(action === 'read' || (action === 'see' && byRow.has(purpose)))) return true;
  const restricted = known.except !== undefined && !known.except.has(purpose);
  return !restricted && !known.objections.has(purpose) && (!consented.has(purpose) || known.consents.has(purpose));
}

function forbidden({ asker: { roles, audience }, action, field, dataClass, known, selected }: Asking): boolean {
  const is = (role: string): boolean => roles.includes(role);
  if (action === 'see') return is('discreet') && known?.regions.has('sealed') === true;
  if (action !== 'read') return false;
  return (is('reader') && field.startsWith('BillingSummary.') && known?.regions.has('sealed') === true) ||
    (is('phoneless') && field === 'PhoneContactPoint.value') ||
    (is('careful') && dataClass === 'special' && selected.has('contact')) ||
    (is('partner') && audience === 'globex' && field === 'Profile.name') ||
    (is('customer') && (field === 'Ticket.comments' || field.startsWith('TicketComment.') || field === 'Identity.evidence'));
}

function allowed(role: string, { asker, action, field, dataClass, known }: Asking): boolean {
  const { kind, purpose, scopes, regions } = asker;
  const data = (...classes: readonly string[]): boolean => classes.includes(dataClass);
  switch (role) {
    case 'reader':
      return true;
    case 'narrow':
      if (action === 'see') return true;
      if (action === 'read') return narrowReads.has(field);
      return action !== 'filter' && ['Customer.number', 'Customer.phone', 'Query.customers', 'Profile.familyName'].includes(field);
    case 'regional':
      return action === 'see' || action === 'read' ? regions.some((region) => known?.regions.has(region)) : action !== 'order';
    case 'campaigner':
      if (action === 'see') return true;
      if (action !== 'read') return dataClass !== 'contact';
      return data('identifier', 'lineage') || (data('profile', 'contact', 'behaviour') && known?.consents.has('marketing.email') === true);
    case 'veiled':
      if (action !== 'read') return ['see', 'lookup', 'list'].includes(action);
      return data('lineage') || aroundTheVeiled.has(field) || veiled.has(field);
    case 'exporter':
      return kind === 'service' && ['see', 'read', 'lookup'].includes(action) && data('identifier', 'profile', 'lineage', 'behaviour');
    case 'partner':
      if (!scopes.includes('customer:read')) return false;
      if (action === 'lookup') return ['Customer.number', 'Customer.email', 'Identity.value', 'Customer.id'].includes(field);
      if (!['partner.share', 'partner.ads', 'partner.news'].includes(purpose)) return false;
      return action === 'see' || (action === 'read' && contract.has(field));
    case 'customer':
      if (kind !== 'customer' || purpose !== 'self.view') return false;
      return action === 'see' || action === 'read' || (action === 'lookup' && ['Customer.number', 'Customer.id'].includes(field));
    default:
      return false;
  }
}
