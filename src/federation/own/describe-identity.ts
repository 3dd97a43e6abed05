import type { SourceName } from '../../ids.ts';
import { linksOf, type Link, type LinkedCustomer, type LinkName } from '../../store/links.ts';
import type { LinkEvent } from '../../store/stewardship.ts';
import type { OperationContext } from '../operation-context.ts';

/** By which names the systems know a customer, as data of `Identity`. */
export function describeIdentities(context: OperationContext, customer: LinkedCustomer): readonly unknown[] {
  return linksOf(customer).map((link) => ({
    ...nameFor(context, link),
    source: isSource(context, link.namespace) ? context.sourceInfo(link.namespace as SourceName) : null,
    firstSeenAt: timeOf(link.firstSeenAt),
    lastSeenAt: timeOf(link.lastSeenAt),
    verified: link.verified,
    linkMethod: link.method,
    evidence: evidenceOf(context, link),
    confidence: 1,
  }));
}

/** Links that a change has made have an event; of the others the link itself tells. */
const toldByEvents: ReadonlySet<Link['method']> = new Set(['STEWARD', 'SOURCE_MERGE']);

/** How a customer came to have her names, the oldest first, as data of `LinkEvent`. */
export async function describeHistory(context: OperationContext, customer: LinkedCustomer): Promise<readonly unknown[]> {
  const events = await context.stewardship.history(customer.members.map(({ id }) => id));
  const found = customer.members.flatMap(({ id, links }) => links.filter(({ method }) => !toldByEvents.has(method)).map((link) => ({
    at: link.firstSeenAt,
    told: {
      at: timeOf(link.firstSeenAt), kind: 'LINKED', customer: context.ids.give('customer', id), other: null, record: nameFor(context, link), to: null,
      actor: link.actor ?? null, evidence: evidenceOf(context, link),
    },
  })));
  return [...found, ...events.map((event) => ({ at: event.at, told: describeEvent(context, event) }))].sort((a, b) => a.at - b.at).map(({ told }) => told);
}

/** A change as data of `LinkEvent`. What a person wrote as evidence is told as it was written. */
export function describeEvent(context: OperationContext, { at, kind, customer, other, record, to, actor, evidence }: LinkEvent): Readonly<Record<string, unknown>> {
  const idOf = (id: string | undefined): string | null => (id === undefined ? null : context.ids.give('customer', id));
  const nameOf = (name: LinkName | undefined): LinkName | null => (name === undefined ? null : nameFor(context, name));
  return { at: timeOf(at), kind, customer: idOf(customer), other: idOf(other), record: nameOf(record), to: nameOf(to), actor, evidence };
}

/** A name as the caller knows it: a partner has its own keys of sources. */
function nameFor(context: OperationContext, { namespace, value }: LinkName): LinkName {
  return { namespace, value: isSource(context, namespace) ? context.ids.give(namespace, value) : value };
}

function isSource({ capabilities }: OperationContext, namespace: string): boolean {
  return capabilities.has(namespace as SourceName);
}

function evidenceOf(context: OperationContext, { method, from, evidence }: Link): string {
  const bearer = from && nameFor(context, from);
  const borne = bearer === undefined ? method : `${method} of ${bearer.namespace} ${bearer.value}`;
  return evidence === undefined ? borne : `${borne}: ${evidence}`;
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
