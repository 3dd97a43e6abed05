import type { CustomerRights } from '../authorization/rights.ts';
import type { IdentifierName } from '../config/gateway-file.ts';
import type { Planned } from '../federation/plan/plan.ts';
import type { PlannedRoot } from '../federation/plan/plan-roots.ts';
import { isSettled, settle } from '../federation/plan/settle.ts';
import type { SourceName } from '../ids.ts';
import { linkWave, lookUpWave, type Looking } from './identity-waves.ts';
import { consentWave, fieldWaves, shownConsents, together, type KeyPath, type Wave } from './waves.ts';

/** The calls that planned roots lead to, where the customers are those whose rights are given. */
export function plannedWaves(roots: readonly PlannedRoot[], given: Omit<Looking, 'keyPath'> & {
  readonly linkBy: readonly IdentifierName[];
  readonly settled: CustomerRights;
}): readonly Wave[] {
  const { model, sources, lead, linkBy, purpose, settled } = given;
  const onPages = roots.some(({ kind }) => kind !== 'list') ? undefined : lead;
  const keyPath: KeyPath = (source, entity) => sources.find(({ name }) => name === source)?.keys.get(entity) ?? '';
  const looking = { ...given, keyPath };
  const plans = roots.flatMap((root) => (root.kind === 'self' && given.caller.kind !== 'customer' ? [] : plansOf(root)));
  // Who is not seen costs no call.
  const fields = settled.sees ? plans.map((plan) => settle(plan, settled)) : [];
  const reads = together(fields.map((one) => fieldWaves(one, keyPath)));
  const consents = settled.sees && plans.some((plan) => !isSettled(plan)) ? consentWave(model, purpose, keyPath, onPages) : { name: 'consent', calls: [] };
  const needed = new Set<SourceName>([...consents.calls, ...(reads[0]?.calls ?? [])].map(({ source }) => source));
  return [
    lookUpWave(roots, looking), linkWave(needed, linkBy, looking), consents, ...reads, shownConsents(model, fields.flat(), keyPath),
  ].filter(({ calls }) => calls.length > 0);
}

/** The plans of the customers whom a root field is about. */
function plansOf(root: PlannedRoot): readonly (readonly Planned[])[] {
  switch (root.kind) {
    case 'one': return root.key.kind === 'key' ? [root.plan.fields] : [];
    case 'many': return root.keys.some(({ kind }) => kind === 'key') ? [root.plan.fields] : [];
    case 'self': return [root.plan.fields];
    case 'list': return [...root.plans.values()].map((plan) => plan.fields);
    case 'reviews': return [...root.plans.values()].flatMap(({ customers }) => customers.map(({ plan }) => plan.fields));
    case 'change':
    case 'record': return root.plan.customers.map(({ plan }) => plan.fields);
    case 'refused':
    case 'access':
    case 'accessList':
    case 'report':
    case 'own': return [];
  }
}
