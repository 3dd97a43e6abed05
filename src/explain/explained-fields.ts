import type { Planned } from '../federation/plan/plan.ts';
import type { PlannedAround, PlannedRoot } from '../federation/plan/plan-roots.ts';
import type { Coordinate } from '../ids.ts';

/** A field that is selected and governed, where it stands in the answer. */
export interface PlacedField {
  readonly path: string;
  readonly at: Coordinate;
  /** False for the gateway's own data that is about no customer. */
  readonly ofCustomer: boolean;
}

/** The selected fields of the planned roots, in their order. What is below a field that is denied was planned away with it. */
export function placedFields(roots: readonly PlannedRoot[]): readonly PlacedField[] {
  return roots.flatMap((root): readonly PlacedField[] => {
    const path = root.field.responseKey;
    switch (root.kind) {
      case 'refused': return [];
      case 'access':
      case 'accessList':
      case 'report':
      case 'own': return placed([root.planned], '').map((one) => ({ ...one, ofCustomer: false }));
      case 'one':
      case 'many':
      case 'self': return placed(root.plan.fields, path);
      case 'list': return [...root.plans].flatMap(([node, plan]) => placed(plan.fields, `${path}.edges.${node.responseKey}`));
      case 'reviews': return [...root.plans].flatMap(([node, plan]) => placedAround(plan, `${path}.edges.${node.responseKey}`));
      case 'change':
      case 'record': return placedAround(root.plan, path);
    }
  });
}

function placedAround({ own, customers }: PlannedAround, path: string): readonly PlacedField[] {
  return [
    ...placed(own, path),
    ...customers.flatMap(({ field, plan }) => [{ path: `${path}.${field.responseKey}`, at: field.at, ofCustomer: true }, ...placed(plan.fields, `${path}.${field.responseKey}`)]),
  ];
}

function placed(fields: readonly Planned[], parent: string): readonly PlacedField[] {
  return fields.flatMap((one) => {
    const path = parent === '' ? one.field.responseKey : `${parent}.${one.field.responseKey}`;
    return [{ path, at: one.field.at, ofCustomer: true }, ...below(one, path)];
  });
}

function below(planned: Planned, path: string): readonly PlacedField[] {
  switch (planned.kind) {
    case 'denied':
    case 'value': return [];
    case 'open': return below(planned.granted, path);
    case 'own': return once([...planned.below.values()].flatMap((fields) => placed(fields, path)));
    case 'part': return placed(planned.fields, path);
    case 'items': return once(planned.origins.flatMap(({ fields }) => placed(fields, path)));
    case 'rows': return once(planned.origins.flatMap(({ nodes }) => [...nodes].flatMap(([node, fields]) => placed(fields, `${path}.edges.${node.responseKey}`))));
  }
}

/** Rows of several sources have one plan each, and the same fields. */
function once(fields: readonly PlacedField[]): readonly PlacedField[] {
  return [...new Map(fields.map((one) => [`${one.path} ${one.at}`, one])).values()];
}
