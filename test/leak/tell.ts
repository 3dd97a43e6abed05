import type { GraphQLSchema } from 'graphql';
import type { Fact } from '../../src/store/facts.ts';
import { at, contactPoints, customerValues, namesOfHers, parts, rowValues } from './mapping.ts';
import { tokensOf } from './markers.ts';
import { nodes } from './oracle.ts';
import { fieldsOf, type Piece, type Selected } from './pieces.ts';
import type { Person, Row } from './world.ts';

/** Fields of which it is checked that they are told, and not only that nothing else is. */
const handy: ReadonlySet<string> = new Set([
  'Customer.number', 'Customer.email', 'Customer.segments', 'Profile.givenName', 'Profile.birthDate', 'EmailContactPoint.value', 'PhoneContactPoint.value',
  'PostalAddress.value', 'BillingSummary.balance', 'Care.need', 'Score.band', 'Invoice.number', 'Invoice.totalAmount', 'InvoiceLineItem.description',
  'Ticket.name', 'Ticket.reopens', 'TicketComment.body',
]);

/** Walks what is selected of one customer, and tells the tokens of every value whose field, with all fields above it, may be read. */
export function tellAll({ schema, person, pieces, reads, bares, keysAsTheyAre, told }: {
  readonly schema: GraphQLSchema;
  readonly person: Person;
  readonly pieces: readonly Piece[];
  readonly reads: (field: string) => boolean;
  /** Whether it is shown as it is, and not through a mask. */
  readonly bares: (field: string) => boolean;
  /** Whether keys of sources are told as they are. */
  readonly keysAsTheyAre: boolean;
  readonly told: (tokens: ReadonlySet<string>, handy: boolean) => void;
}): void {
  const { records, rows, facts } = person;
  const hers = tokensOf([person.number, ...(keysAsTheyAre ? Object.values(records).map(({ id }) => id) : [])]);
  const tell = (field: string, value: unknown): void => (bares(field) ? told(tokensOf(value), handy.has(field)) : undefined);
  const each = (type: string, selected: readonly Piece[], visit: (field: Selected, name: string) => void): void => {
    for (const field of fieldsOf(schema, type, selected)) if (reads(`${type}.${field.name}`)) visit(field, `${type}.${field.name}`);
  };

  const names = (type: string, selected: readonly Piece[]): void => each(type, selected, (field, name) => {
    if (namesOfHers.has(name) && bares(name)) told(hers, false);
    const below = { 'LinkEvent.record': 'LinkName', 'LinkEvent.to': 'LinkName', 'FieldProvenance.alternatives': 'Alternative' }[name];
    if (below !== undefined) names(below, field.below ?? []);
  });
  const said = (type: string, kinds: readonly Fact['kind'][], selected: readonly Piece[]): void => each(type, selected, (_, name) => {
    if (name === `${type}.evidence`) for (const fact of facts) if (kinds.includes(fact.kind)) tell(name, fact.evidence);
  });
  const row = (type: string, one: Readonly<Record<string, unknown>>, selected: readonly Piece[]): void => each(type, selected, (field, name) => {
    const path = rowValues[name];
    if (path !== undefined) tell(name, at(one, path));
    if (field.name === 'remoteId' && keysAsTheyAre) tell(name, type === 'Score' ? records.crm?.id : one['id']);
    if (name === 'Invoice.lineItems') for (const line of one['lines'] as readonly Row[]) row('InvoiceLineItem', line, field.below ?? []);
    if (name === 'Ticket.comments') page('TicketComment', field, rows.comments.get(String(one['id'])) ?? []);
  });
  const page = (type: string, field: Selected, all: readonly Row[]): void => {
    const { value: first = 20 } = field.arguments['first'] ?? {};
    for (const one of all.slice(0, first as number)) for (const node of nodes(schema, type, field.below ?? [])) row(type, one, node);
  };
  const scores = (selected: readonly Piece[]): void => {
    // A source that answers badly may have scores where there are none: such a score, too, names the record it is in.
    const { scores: own = [] } = (records.crm ?? {}) as { readonly scores?: readonly Row[] };
    for (const score of [{}, ...own]) row('Score', score, selected);
  };
  const points = (selected: readonly Piece[]): void => {
    for (const { type, source, values } of contactPoints) {
      const record = records[source];
      if (record === undefined) continue;
      each(type, selected, (field, name) => {
        if (field.name === 'remoteId' && keysAsTheyAre) told(tokensOf(record.id), false);
        for (const path of values[field.name] ?? []) tell(name, at(record, path));
      });
    }
  };

  const own = (type: string, selected: readonly Piece[]): void => each(type, selected, (field, name) => {
    const below = field.below ?? [];
    for (const [source, ...paths] of customerValues[name] ?? []) {
      const values = paths.map((path) => at(records[source], path)).filter((value) => value !== undefined && value !== null);
      if (values.length === 0) continue;
      tell(name, values);
      break;
    }
    if (parts[name] !== undefined) own(parts[name], below);
    switch (name) {
      case 'Customer.contactPoints': return points(below);
      case 'Customer.scores': return scores(below);
      case 'Customer.invoices': return page('Invoice', field, rows.invoices);
      case 'Customer.tickets': return page('Ticket', field, rows.tickets);
      case 'Customer.identities': return names('Identity', below);
      case 'Customer.linkHistory': return names('LinkEvent', below);
      case 'Customer.provenance': return names('FieldProvenance', below);
      case 'Customer.consents': return said('Consent', ['consent'], below);
      case 'Customer.objections': return said('Objection', ['objection'], below);
      case 'Customer.restrictions': return said('ProcessingRestriction', ['restriction'], below);
      case 'Customer.consentHistory': return said('ConsentRecord', ['consent', 'objection', 'restriction'], below);
      case 'Customer.relations': return said('RelationRecord', ['relation'], below);
      default: return undefined;
    }
  });
  own('Customer', pieces);
}
