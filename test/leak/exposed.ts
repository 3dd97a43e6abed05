import { contactPoints, customerValues, parts, rowValues } from './mapping.ts';
import type { SourceName } from './world.ts';

/** A way from a customer to a value: fields, all of which have to be readable. */
export type Way = readonly string[];

/** Where rows below a customer are, as the first steps of a way. */
const above: Readonly<Record<string, { readonly kind: string; readonly fields: Way }>> = {
  Score: { kind: 'crm.scores', fields: ['Customer.scores'] },
  Invoice: { kind: 'invoices', fields: ['Customer.invoices'] },
  InvoiceLineItem: { kind: 'invoices.lines', fields: ['Customer.invoices', 'Invoice.lineItems'] },
  Ticket: { kind: 'tickets', fields: ['Customer.tickets'] },
  TicketComment: { kind: 'comments', fields: ['Customer.tickets', 'Ticket.comments'] },
};

/** By place (`crm.email`, `invoices.total`), all ways on which its value is told, or how many rows there are. What is not here is told on none. */
export function waysToValues(): ReadonlyMap<string, readonly Way[]> {
  const ways = new Map<string, Way[]>();
  const add = (place: string, way: Way): void => void ways.set(place, [...(ways.get(place) ?? []), way]);
  const partOf = new Map(Object.entries(parts).map(([field, type]) => [type, field]));
  for (const [field, places] of Object.entries(customerValues)) {
    const part = partOf.get(field.split('.')[0] ?? '');
    for (const [source, ...paths] of places) for (const path of paths) add(`${source}.${path}`, part === undefined ? [field] : [part, field]);
  }
  for (const { type, source, values } of contactPoints) {
    for (const [name, paths] of Object.entries(values)) for (const path of paths) add(`${source}.${path}`, ['Customer.contactPoints', `${type}.${name}`]);
  }
  for (const [field, path] of Object.entries(rowValues)) {
    const start = above[field.split('.')[0] ?? ''];
    if (start !== undefined) add(`${start.kind}.${path}`, [...start.fields, field]);
  }
  for (const { kind, fields } of Object.values(above)) add(kind, fields);
  return ways;
}

/** What a value is searched by, where a right to search is not a right to read. */
export const searchedBy: Readonly<Record<string, readonly (readonly ['lookup' | 'filter' | 'order', string])[]>> = {
  'crm.email': [['lookup', 'Customer.email']], 'billing.email': [['lookup', 'Customer.email']],
  'crm.phone': [['lookup', 'Customer.phone']], 'desk.phone': [['lookup', 'Customer.phone']],
  'crm.since': [['order', 'Customer.since']], 'crm.last_name': [['order', 'Profile.familyName']],
  'crm.segments': [['filter', 'Customer.segments']], 'crm.address.city': [['filter', 'PostalAddress.city']],
};

/** Fields that tell which sources know a customer, or how they answered. */
export const tellsSources: Way = ['Customer.identities', 'Customer.linkHistory', 'Customer.completeness', 'Customer.provenance'];

/** Names of records and of their owners: to change one is to speak of another record. */
export const kept: ReadonlySet<string> = new Set(['id', 'number', 'customer_number', 'external_id', 'account', 'requester', 'ticket', 'currency', 'state', 'kind', 'type', 'delinquent']);

/** The places of a source. */
export function placesOf(source: SourceName): readonly string[] {
  const below: Readonly<Record<SourceName, readonly string[]>> = { crm: ['crm.'], billing: ['billing.', 'invoices.'], desk: ['desk.', 'tickets.', 'comments.'] };
  return below[source];
}
