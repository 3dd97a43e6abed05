import { decisionsOfPlan, decisionsOfRoots, plansIn, type FieldDecision } from '../../federation/plan/decisions.ts';
import type { Decided } from '../../operation/notes.ts';
import type { Ended } from '../exchange.ts';

interface Count {
  readonly decision: string;
  readonly policy: string;
  readonly reason: string | undefined;
  count: number;
}

/** What was decided in one go, as the decision log tells it: how often each policy decided how, and which fields were denied. */
export function decisionLine({ purpose, roots, disclosed }: Decided, { notes: { requestId, caller }, operation }: Ended): Readonly<Record<string, unknown>> {
  const counts = new Map<string, Count>();
  const denied = new Set<string>();
  const add = ({ field, decision, policies, reason }: FieldDecision, times: number): void => {
    if (decision === 'deny') denied.add(field);
    const policy = policies.join(' ');
    const key = JSON.stringify([decision, policy, reason]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { decision, policy, reason, count: times });
    else known.count += times;
  };
  for (const one of decisionsOfRoots(roots)) add(one, 1);
  for (const [plan, times] of plansIn(disclosed)) for (const one of decisionsOfPlan(plan)) add(one, times);
  return {
    requestId, audience: caller?.audience, kind: caller?.kind, purpose, operation: operation?.name, type: operation?.type,
    customers: disclosed.disclosures.length, refused: disclosed.refused.length, decisions: [...counts.values()], denied: [...denied].sort(),
  };
}
