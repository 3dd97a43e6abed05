import type { NewEntry, ReliedOn } from '../audit/entry.ts';
import type { Ended } from '../audit/outcomes.ts';
import type { Disclosed } from '../federation/federate.ts';
import { permissionsOfCustomers, permissionsOfRoots } from '../federation/plan/permissions.ts';
import type { PlannedRoot } from '../federation/plan/plan-roots.ts';
import { authorityOf } from '../federation/source-consents.ts';
import type { Trace } from '../federation/trace.ts';
import type { Gateway, Operation } from './gateway.ts';

type NewDisclosure = Extract<NewEntry, { readonly kind: 'disclosure' }>;

/** What is about to be disclosed of these customers: who asks, why, for which fields, and on what consent. Never a value. */
export function disclosureEntry(gateway: Gateway, about: {
  readonly operation: Operation;
  readonly purpose: string;
  readonly roots: readonly PlannedRoot[];
  readonly disclosed: Disclosed;
  readonly access: readonly string[];
}): NewDisclosure {
  const { operation, purpose, roots, disclosed } = about;
  const { issuer, subject, kind, audience, roles, actor, tokenId } = operation.caller;
  const { definition } = operation;
  return {
    kind: 'disclosure',
    requestId: operation.requestId,
    caller: { issuer, subject: kind === 'customer' ? gateway.pseudonyms(issuer, subject)[0] : subject, kind, audience, roles, actor, tokenId },
    purpose,
    legalBasis: gateway.purposes.get(purpose)?.legalBasis ?? '',
    operation: { kind: definition.operation, name: definition.name?.value, sha256: gateway.hashDocument(operation.document) },
    asked: permissionsOfRoots(roots),
    told: permissionsOfCustomers(disclosed.disclosures),
    consents: reliedOn(disclosed),
    access: about.access,
    emergencies: [...new Set(disclosed.disclosures.flatMap(({ customer, inEmergency }) => (inEmergency ? [customer] : [])))],
    refused: disclosed.refused,
    policyVersion: gateway.policyVersion,
  };
}

/** How the sources answered. One source in one state is noted once, however many customers it was asked for. */
export function endedBy(disclosure: string, purpose: string, traces: readonly Trace[]): Ended {
  const states: { readonly source: string; readonly status: string }[] = [];
  for (const { sources } of traces) {
    for (const { source, answer } of sources) if (!states.some((one) => one.source === source && one.status === answer)) states.push({ source, status: answer });
  }
  return { disclosure, purpose, sources: states.sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1)) };
}

/** By source, then by status: names of sources hold no space. */
function textOf({ source, status }: { readonly source: string; readonly status: string }): string {
  return `${source} ${status}`;
}

/** A customer may be told of in several places of one operation. */
function reliedOn({ disclosures }: Disclosed): readonly ReliedOn[] {
  const consents = disclosures.flatMap(({ customer, reliedOn: records }) => records.map(({ id, fact: { purpose, source, at } }): ReliedOn => {
    // What a source said just now is no record of the gateway's.
    const authority = authorityOf(source);
    return { customer, purpose, source: authority ?? source, record: authority === undefined ? id : undefined, at };
  }));
  const isToldOnce = new Set(disclosures.map(({ customer }) => customer)).size === disclosures.length;
  return isToldOnce ? consents : [...new Map(consents.map((one) => [JSON.stringify(one), one])).values()];
}
