import type { SourceName } from './world.ts';

/** A place in a customer's record of one source. */
export type Place = readonly [SourceName, ...(readonly string[])];

/** The values of a customer, by field, from the source that comes first on: the `map` of the sources' files again. */
export const customerValues: Readonly<Record<string, readonly Place[]>> = {
  'Customer.number': [['crm', 'number']],
  'Customer.lifecycleStage': [['crm', 'stage']],
  'Customer.since': [['crm', 'since']],
  'Customer.email': [['crm', 'email'], ['billing', 'email']],
  'Customer.phone': [['crm', 'phone'], ['desk', 'phone']],
  'Customer.segments': [['crm', 'segments']],
  'Profile.givenName': [['crm', 'first_name']],
  'Profile.familyName': [['crm', 'last_name']],
  'Profile.name': [['crm', 'first_name', 'last_name']],
  'Profile.birthDate': [['crm', 'birth_date']],
  'Profile.jobTitle': [['crm', 'job']],
  'Profile.organization': [['crm', 'company']],
  'BillingSummary.balance': [['billing', 'balance']],
  'BillingSummary.lifetimeRevenue': [['billing', 'revenue']],
  'BillingSummary.lastPaymentAt': [['billing', 'last_payment_at']],
  'Care.need': [['desk', 'care.need']],
  'Care.since': [['desk', 'care.since']],
};

/** What of a customer lies in an object of its own that is of the same record. */
export const parts: Readonly<Record<string, string>> = { 'Customer.profile': 'Profile', 'Customer.billing': 'BillingSummary', 'Customer.care': 'Care' };

/** The items of `contactPoints`. */
export const contactPoints: readonly { readonly type: string; readonly source: SourceName; readonly values: Readonly<Record<string, readonly string[]>> }[] = [
  { type: 'EmailContactPoint', source: 'crm', values: { value: ['email'], verifiedAt: ['email_verified_at'], remoteUrl: ['url'] } },
  { type: 'PhoneContactPoint', source: 'crm', values: { value: ['phone'], remoteUpdatedAt: ['updated_at'] } },
  { type: 'PhoneContactPoint', source: 'crm', values: { value: ['mobile'], label: ['mobile_label'] } },
  {
    type: 'PostalAddress', source: 'crm', values: {
      value: ['address.street', 'address.city'], streetAddress: ['address.street'], postalCode: ['address.postal_code'], city: ['address.city'], region: ['address.region'],
    },
  },
  { type: 'SocialHandle', source: 'crm', values: { value: ['handle'] } },
  { type: 'EmailContactPoint', source: 'billing', values: { value: ['email'], remoteCreatedAt: ['created_at'] } },
  { type: 'PhoneContactPoint', source: 'desk', values: { value: ['phone'], verifiedAt: ['phone_verified_at'] } },
];

/** The values of rows below a customer. */
export const rowValues: Readonly<Record<string, string>> = {
  'Score.value': 'value', 'Score.band': 'band', 'Score.computedAt': 'computed_at',
  'Invoice.number': 'number', 'Invoice.issueDate': 'issued', 'Invoice.totalAmount': 'total', 'Invoice.documentUrl': 'pdf', 'Invoice.remoteCreatedAt': 'created_at',
  'InvoiceLineItem.description': 'description', 'InvoiceLineItem.unitPrice': 'price',
  'Ticket.name': 'subject', 'Ticket.description': 'description', 'Ticket.assignee': 'assignee.name', 'Ticket.tags': 'tags', 'Ticket.createdAt': 'created_at',
  'Ticket.reopens': 'reopens', 'Ticket.ticketUrl': 'url', 'Ticket.remoteUrl': 'url',
  'TicketComment.body': 'body', 'TicketComment.author': 'author', 'TicketComment.createdAt': 'created_at',
};

/** What an argument searches by. */
export const searches: Readonly<Record<string, string>> = {
  id: 'Customer.id', number: 'Customer.number', email: 'Customer.email', phone: 'Customer.phone', external: 'Identity.value',
  segment: 'Customer.segments', city: 'PostalAddress.city', SINCE: 'Customer.since', NAME: 'Profile.familyName',
};

/** Fields that tell the names by which systems know a customer. */
export const namesOfHers: ReadonlySet<string> = new Set([
  'Identity.value', 'Identity.evidence', 'LinkName.value', 'LinkEvent.evidence', 'FieldProvenance.remoteId', 'Alternative.remoteId',
]);

/** The value at a dotted path. */
export function at(row: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>)[step] : undefined), row);
}
