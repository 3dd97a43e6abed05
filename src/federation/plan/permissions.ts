import type { GraphQLError } from 'graphql';
import type { Coordinate } from '../../ids.ts';
import type { Disclosed } from '../federate.ts';
import type { Planned } from './plan.ts';
import type { PlannedRoot } from './plan-roots.ts';

/** Which fields an operation was permitted and denied, each once, for the audit trail. */
export interface Permissions {
  readonly permitted: readonly Coordinate[];
  readonly denied: readonly { readonly field: Coordinate; readonly reason: string }[];
}

/**
 * Collects what the roots of an operation permit and deny, and what of its customers. A field that is permitted of one customer
 * and denied of another is in both lists.
 */
export function permissionsOf(roots: readonly PlannedRoot[], { disclosures }: Pick<Disclosed, 'disclosures'>): Permissions {
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
  for (const root of roots) {
    if (root.kind === 'refused') denied.set(root.field.at, reasonOf(root.error));
    else if (root.kind === 'own') collect([root.planned]);
    else if (root.kind === 'one' || root.kind === 'many') {
      const keys = root.kind === 'one' ? [root.key] : root.keys;
      for (const key of keys) if (key.kind === 'refused' && key.at !== undefined) denied.set(key.at, reasonOf(key.error));
      if (keys.some((key) => key.kind === 'key')) permitted.add(root.field.at);
    } else permitted.add(root.field.at);
  }
  // Many customers of a list share one plan.
  for (const fields of new Set(disclosures.map((one) => one.fields))) collect(fields);
  return { permitted: [...permitted].sort(), denied: [...denied].sort().map(([field, reason]) => ({ field, reason })) };
}

function reasonOf({ extensions }: GraphQLError): string {
  return String(extensions['reason'] ?? extensions['code']);
}

function below(planned: Exclude<Planned, { kind: 'denied' }>): readonly Planned[] {
  switch (planned.kind) {
    case 'value':
    case 'open': return [];
    case 'own': return [...planned.below.values()].flat();
    case 'part': return planned.fields;
    case 'items': return planned.origins.flatMap((one) => one.fields);
    case 'rows': return planned.origins.flatMap((one) => [...one.nodes.values()].flat());
  }
}
