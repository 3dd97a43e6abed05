import type { GraphQLError } from 'graphql';
import type { Coordinate } from '../ids.ts';
import type { Planned } from './plan.ts';
import type { PlannedAround, PlannedRoot } from './plan-roots.ts';

/** Which fields an operation was permitted and denied, each once, for the audit trail. */
export interface Permissions {
  readonly permitted: readonly Coordinate[];
  readonly denied: readonly { readonly field: Coordinate; readonly reason: string }[];
}

/** Collects what the plans of an operation permit and deny. */
export function permissionsOf(roots: readonly PlannedRoot[]): Permissions {
  const permitted = new Set<Coordinate>();
  const denied = new Map<Coordinate, string>();
  const collect = (planned: readonly Planned[]): void => {
    for (const one of planned) {
      if (one.kind === 'denied') {
        denied.set(one.field.at, one.decision.reason);
        continue;
      }
      permitted.add(one.field.at);
      collect(below(one));
    }
  };
  const collectAround = ({ own, customers }: PlannedAround): void => {
    collect(own);
    for (const [field, plan] of customers) {
      if (plan instanceof Error) denied.set(field.at, reasonOf(plan));
      else {
        permitted.add(field.at);
        collect(plan.fields);
      }
    }
  };
  for (const root of roots) {
    if (root.kind === 'refused') denied.set(root.field.at, reasonOf(root.error));
    else if (root.kind === 'own') collect([root.planned]);
    else if (root.kind === 'self') {
      permitted.add(root.field.at);
      collect(root.plan.fields);
    } else if (root.kind === 'change') {
      permitted.add(root.field.at);
      collectAround(root.plan);
    } else if (root.kind === 'reviews') {
      permitted.add(root.field.at);
      for (const plan of root.plans.values()) collectAround(plan);
    }
    else if (root.kind === 'list') {
      permitted.add(root.field.at);
      for (const plan of root.plans.values()) collect(plan.fields);
    } else {
      const keys = root.kind === 'one' ? [root.key] : root.keys;
      for (const key of keys) if (key.kind === 'refused' && key.at !== undefined) denied.set(key.at, reasonOf(key.error));
      // Without a key that may be looked up, nothing of the plan is carried out.
      if (keys.some((key) => key.kind === 'key')) {
        permitted.add(root.field.at);
        collect(root.plan.fields);
      }
    }
  }
  return { permitted: [...permitted].sort(), denied: [...denied].sort().map(([field, reason]) => ({ field, reason })) };
}

function reasonOf({ extensions }: GraphQLError): string {
  return String(extensions['reason'] ?? extensions['code']);
}

function below(planned: Exclude<Planned, { kind: 'denied' }>): readonly Planned[] {
  switch (planned.kind) {
    case 'value': return [];
    case 'own': return [...planned.below.values()].flat();
    case 'part': return planned.fields;
    case 'items': return planned.origins.flatMap((one) => one.fields);
    case 'rows': return planned.origins.flatMap((one) => [...one.nodes.values()].flat());
  }
}
