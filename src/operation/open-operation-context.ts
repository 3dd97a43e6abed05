import type { PurposeRegistry } from '../config/purposes-file.ts';
import { openReads } from '../connectors/reads.ts';
import type { OperationContext } from '../federation/operation-context.ts';
import { openIdentity } from '../identity/open-identity.ts';
import type { Gateway, Operation } from './gateway.ts';

/** Makes what one operation is resolved with. Its reads, its look-ups and its deadline are its own. */
export function openOperationContext(gateway: Gateway, { caller, requestId, signal }: Operation): OperationContext {
  const { model, sources, lead, capabilities, cursors, sourceInfo, clock } = gateway;
  const call = { signal, deadline: clock() + gateway.requestDeadline, requestId };
  const reads = openReads(gateway.connectors, call);
  const identity = openIdentity({ store: gateway.store.links, reads, sources, lead, rules: gateway.identityRules, clock });
  return {
    model, caller, reads, identity, lead, capabilities, cursors, sourceInfo,
    own: (field) => (field === 'sources' ? sources.map((source) => sourceInfo(source.name)) : purposesOf(gateway.purposes)),
    maxFirst: gateway.limits.first,
  };
}

function purposesOf(purposes: PurposeRegistry): readonly unknown[] {
  return [...purposes].map(([key, { legalBasis, owner, description }]) => ({ key, legalBasis, owner, description }));
}
