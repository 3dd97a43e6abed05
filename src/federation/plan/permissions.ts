import type { GraphQLError } from 'graphql';
import type { CustomerId } from '../../ids.ts';
import { isStructure } from '../../schema/shape.ts';
import type { Planned } from './plan.ts';
import type { PlannedRoot } from './plan-roots.ts';

/** Which fields are told as they are, which masked and which not; each once, in the order of their names. */
export interface Permissions {
  readonly permitted: readonly string[];
  readonly masked: readonly { readonly field: string; readonly mask: string }[];
  readonly denied: readonly { readonly field: string; readonly reason: string }[];
}

/** What is told of customers, of all of whom the same is told. */
export interface CustomerPermissions extends Permissions {
  readonly customers: readonly CustomerId[];
}

/** What an operation may ask of the gateway itself, for the audit trail. */
export function permissionsOfRoots(roots: readonly PlannedRoot[]): Permissions {
  const found = startCollecting();
  for (const root of roots) {
    if (root.kind === 'refused') found.denied.set(root.field.at, reasonOf(root.error));
    else if (root.kind === 'own') found.collect([root.planned]);
    else if (root.kind === 'one' || root.kind === 'many') {
      const keys = root.kind === 'one' ? [root.key] : root.keys;
      for (const key of keys) if (key.kind === 'refused' && key.at !== undefined) found.denied.set(key.at, reasonOf(key.error));
      if (keys.some((key) => key.kind === 'key')) found.permitted.add(root.field.at);
    } else found.permitted.add(root.field.at);
  }
  return found.permissions();
}

/** What is told of customers, for the audit trail. */
export function permissionsOfCustomers(disclosures: readonly { readonly customer: CustomerId; readonly fields: readonly Planned[] }[]): readonly CustomerPermissions[] {
  const groups = new Map<string, { readonly customers: Set<CustomerId>; readonly permissions: Permissions }>();
  // Many customers of a list share one plan.
  for (const [fields, hers] of Map.groupBy(disclosures, (one) => one.fields)) {
    const { permissions, key } = permissionsOfPlan(fields);
    const group = groups.get(key) ?? { customers: new Set(), permissions };
    for (const { customer } of hers) group.customers.add(customer);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ customers, permissions }) => ({ customers: [...customers], ...permissions }));
}

/** By plan: many requests share one. */
const known = new WeakMap<readonly Planned[], { readonly permissions: Permissions; readonly key: string }>();

function permissionsOfPlan(fields: readonly Planned[]): { readonly permissions: Permissions; readonly key: string } {
  const before = known.get(fields);
  if (before !== undefined) return before;
  const found = startCollecting();
  found.collect(fields);
  const permissions = found.permissions();
  const made = { permissions, key: JSON.stringify(permissions) };
  known.set(fields, made);
  return made;
}

function startCollecting(): {
  readonly permitted: Set<string>;
  readonly denied: Map<string, string>;
  readonly collect: (planned: readonly Planned[]) => void;
  readonly permissions: () => Permissions;
} {
  const permitted = new Set<string>();
  const masked = new Map<string, string>();
  const denied = new Map<string, string>();
  const collect = (planned: readonly Planned[]): void => {
    for (const one of planned) {
      if (one.kind === 'denied') {
        denied.set(one.field.at, one.decision.reason);
        continue;
      }
      const [type = ''] = one.field.at.split('.');
      if ('mask' in one && one.mask !== undefined) masked.set(one.field.at, one.mask);
      else if (!isStructure({ name: type })) permitted.add(one.field.at);
      collect(below(one));
    }
  };
  return {
    permitted, denied, collect,
    permissions: () => ({
      permitted: [...permitted].sort(),
      masked: [...masked].sort().map(([field, mask]) => ({ field, mask })),
      denied: [...denied].sort().map(([field, reason]) => ({ field, reason })),
    }),
  };
}

function reasonOf({ extensions }: GraphQLError): string {
  return String(extensions['reason'] ?? extensions['code']);
}

/** What is planned below it. */
export function below(planned: Exclude<Planned, { kind: 'denied' }>): readonly Planned[] {
  switch (planned.kind) {
    case 'value':
    case 'open': return [];
    case 'own': return [...planned.below.values()].flat();
    case 'part': return planned.fields;
    case 'items': return planned.origins.flatMap((one) => one.fields);
    case 'rows': return planned.origins.flatMap((one) => [...one.nodes.values()].flat());
  }
}
