import { createHash } from 'node:crypto';
import type { Disclosed } from '../federation/federate.ts';
import type { Trace } from '../federation/trace.ts';
import { permissionsOf } from '../federation/plan/permissions.ts';
import type { PlannedRoot } from '../federation/plan/plan-roots.ts';
import type { AuditIntent, AuditOutcome } from '../store/audit-log.ts';
import type { Gateway, Operation } from './gateway.ts';

/** What is about to be disclosed of these customers: who asks, why, and for which fields. Never a value. */
export function intentOf(gateway: Gateway, about: {
  readonly operation: Operation;
  readonly purpose: string;
  readonly roots: readonly PlannedRoot[];
  readonly disclosed: Disclosed;
}): AuditIntent {
  const { operation, purpose, roots, disclosed } = about;
  const { issuer, subject, kind, actor, tokenId } = operation.caller;
  return {
    id: gateway.newId(),
    at: gateway.clock(),
    requestId: operation.requestId,
    caller: { issuer, subject, kind, actor, tokenId },
    purpose,
    legalBasis: gateway.purposes.get(purpose)?.legalBasis ?? '',
    operation: { name: operation.definition.name?.value, sha256: createHash('sha256').update(operation.text).digest('hex') },
    customers: [...new Set(disclosed.disclosures.map(({ customer }) => customer))],
    refused: disclosed.refused,
    ...permissionsOf(roots, disclosed),
    policyVersion: gateway.policyVersion,
  };
}

/** How the sources answered. One source in one state is noted once, however many customers it was asked for. */
export function outcomeOf(intent: AuditIntent, traces: readonly Trace[], at: number): AuditOutcome {
  const answers = traces.flatMap((trace) => [...trace.sources]);
  const states = new Map(answers.map(([source, status]) => [`${source} ${status}`, { source, status }] as const));
  return { intent: intent.id, at, sources: [...states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state) };
}
