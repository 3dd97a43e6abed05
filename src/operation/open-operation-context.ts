import type { PurposeRegistry } from '../config/purposes-file.ts';
import { openReads } from '../connectors/reads.ts';
import type { OperationContext } from '../federation/operation-context.ts';
import { openIdentity } from '../identity/open-identity.ts';
import type { Variables } from '../selection/select.ts';
import type { Gateway, Operation } from './gateway.ts';

/** Makes what one operation is resolved with. Its reads, its look-ups and its deadline are its own. */
export function openOperationContext(gateway: Gateway, { caller, requestId, signal }: Operation, variables: Variables): OperationContext {
  const lead = gateway.sources.find((source) => source.name === gateway.identityRules.lead);
  if (lead === undefined) throw new Error('the leading source is not among the sources');
  const call = { signal, deadline: gateway.clock() + gateway.requestDeadline, requestId };
  const reads = openReads(gateway.connectors, call);
  const identity = openIdentity({ store: gateway.store.links, reads, sources: gateway.sources, rules: gateway.identityRules, clock: gateway.clock });
  return {
    model: gateway.model, caller, variables, reads, identity, lead,
    capabilities: new Map(gateway.sources.map((source) => [source.name, source.parsed.capabilities])),
    cursors: gateway.cursors,
    sourceInfo: gateway.sourceInfo,
    own: (field) => (field === 'sources' ? gateway.sources.map((source) => gateway.sourceInfo(source.name)) : purposesOf(gateway.purposes)),
    maxFirst: gateway.limits.first,
  };
}

function purposesOf(purposes: PurposeRegistry): readonly unknown[] {
  return [...purposes].map(([key, { legalBasis, owner, description }]) => ({ key, legalBasis, owner, description }));
}
