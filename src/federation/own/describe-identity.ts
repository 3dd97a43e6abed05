import type { SourceName } from '../../ids.ts';
import { linksOf, type Link, type LinkedCustomer } from '../../store/links.ts';
import type { LinkEvent } from '../../store/stewardship.ts';
import type { OperationContext } from '../operation-context.ts';

/** By which names the systems know a customer, as data of `Identity`. */
export function describeIdentities(context: OperationContext, customer: LinkedCustomer): readonly unknown[] {
  const isSource = (namespace: string): boolean => context.capabilities.has(namespace as SourceName);
  return linksOf(customer).map((link) => ({
    namespace: link.namespace,
    value: isSource(link.namespace) ? context.ids.give(link.namespace, link.value) : link.value,
    source: isSource(link.namespace) ? context.sourceInfo(link.namespace as SourceName) : null,
    firstSeenAt: timeOf(link.firstSeenAt),
    lastSeenAt: timeOf(link.lastSeenAt),
    verified: link.verified,
    linkMethod: link.method,
    evidence: evidenceOf(link),
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
      at: timeOf(link.firstSeenAt), kind: 'LINKED', customer: id, other: null, record: { namespace: link.namespace, value: link.value }, to: null,
      actor: link.actor ?? null, evidence: evidenceOf(link),
    },
  })));
  return [...found, ...events.map((event) => ({ at: event.at, told: describeEvent(event) }))].sort((a, b) => a.at - b.at).map(({ told }) => told);
}

/** A change as data of `LinkEvent`. */
export function describeEvent({ at, kind, customer, other, record, to, actor, evidence }: LinkEvent): Readonly<Record<string, unknown>> {
  return { at: timeOf(at), kind, customer, other: other ?? null, record: record ?? null, to: to ?? null, actor, evidence };
}

function evidenceOf({ method, from, evidence }: Link): string {
  const borne = from === undefined ? method : `${method} of ${from.namespace} ${from.value}`;
  return evidence === undefined ? borne : `${borne}: ${evidence}`;
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
