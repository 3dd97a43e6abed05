import type { Grants } from '../access/grants.ts';
import { openRights } from '../authorization/rights.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import { openReads } from '../connectors/reads.ts';
import type { OperationContext } from '../federation/operation-context.ts';
import { openDataUses } from '../federation/own/data-uses.ts';
import { openConsentReads } from '../federation/source-consents.ts';
import { openChangeChecks } from '../identity/check-change.ts';
import { openIdentity } from '../identity/open-identity.ts';
import type { Caller } from '../caller/caller.ts';
import { sdlForRouters } from '../schema/subgraph.ts';
import type { Gateway, Operation } from './gateway.ts';
import { openStoreWaits } from './store-waits.ts';
import type { Asked } from './understand.ts';

/** For what an operation asks, and by what right beyond roles. */
export interface Why extends Asked {
  /** What the caller has been given beyond her roles for the purpose. */
  readonly grants: Grants;
}

/** Makes what one operation is resolved with. Its reads, its look-ups and its deadline are its own. */
export function openOperationContext(gateway: Gateway, { schema, caller, requestId, signal, optOut, notes }: Operation, { purpose, selected, grants }: Why, reportOn: OperationContext['reportOn']): OperationContext {
  const { model, sources, lead, capabilities, cursors, sourceInfo, clock } = gateway;
  const start = clock();
  const deadline = start + gateway.requestDeadline;
  const waitForStore = openStoreWaits({ deadline, clock });
  const { links } = gateway.store;
  const call = { signal, deadline, requestId, traceparent: notes?.trace?.traceparent };
  const reads = openReads(gateway, call, notes?.waits);
  const identity = openIdentity({
    store: { ...links, read: (refs) => waitForStore(links.read(refs)) }, stewardship: gateway.store.stewardship, requestId, reads: reads.fresh, sources, lead,
    rules: gateway.identityRules, unknown: gateway.unknown, clock,
  });
  const consents = openConsentReads({ identity, reads: reads.fresh, origins: model.consents });
  const rights = openRights({
    decider: gateway.decider, caller, purpose, purposes: gateway.purposes, selected, grants, now: start,
    askFacts: model.consents.has(purpose) ? (customer) => consents.toDecide(purpose, customer) : undefined,
  });
  const actor = actorOf(caller);
  const maxFirst = gateway.limitsOf(caller).first;
  // The other half is for what is shown of those that were found.
  const late = (): boolean => clock() > start + gateway.requestDeadline / 2;
  return {
    model, caller, rights, requestId, actor, reads, identity, waitForStore,
    mask: gateway.mask,
    purposes: gateway.purposes,
    consents,
    facts: gateway.store.facts,
    uses: openDataUses({ trail: gateway.store.auditByCustomer, pseudonyms: gateway.pseudonyms, caller, cursors, requestId, maxFirst, late, model, purposes: gateway.purposes }),
    access: gateway.store.access,
    accessRules: gateway.accessRules,
    purpose, reportOn,
    trail: gateway.trail,
    optOut: optOut ? sharing(gateway.purposes) : [],
    now: start,
    newId: gateway.newId,
    stewardship: gateway.store.stewardship,
    changes: openChangeChecks({ sources, reads: reads.fresh, actor }),
    bounds: gateway.bounds,
    lead, capabilities, cursors, sourceInfo,
    ids: gateway.idsOf(caller),
    own: (field) => {
      if (field === '_service') return { sdl: sdlForRouters(schema) };
      return field === 'sources' ? sources.map((source) => sourceInfo(source.name)) : purposesOf(gateway.purposes);
    },
    maxFirst, late,
  };
}

/** Who acts, in one text: the human behind a service, where the token names one. */
function actorOf({ subject, issuer, actor }: Caller): string {
  return actor === undefined ? `${subject} (${issuer})` : `${actor} for ${subject} (${issuer})`;
}

function purposesOf(purposes: PurposeRegistry): readonly unknown[] {
  return [...purposes].map(([key, { legalBasis, owner, description }]) => ({ key, legalBasis, owner, description }));
}

/** The purposes to which Global Privacy Control counts as an objection: those by which others receive data, unless the registry says otherwise. */
function sharing(purposes: PurposeRegistry): readonly string[] {
  return [...purposes].filter(([, { recipients, gpc = recipients.length > 0 }]) => gpc).map(([purpose]) => purpose);
}
