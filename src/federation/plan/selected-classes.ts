import { coordinate, type Coordinate } from '../../ids.ts';
import type { Model } from '../../schema/model.ts';
import type { SelectedField } from '../../selection/select.ts';
import { namedCustomers } from './named-customers.ts';

/**
 * The data classes of everything that an operation selects or searches by, whether it may or not, so that a policy can speak of
 * what is asked for together. Sorted. Those of what is below a field are looked for once.
 */
export function openSelectedClasses(model: Pick<Model, 'classes' | 'searches'>): (fields: readonly SelectedField[]) => readonly string[] {
  const known = new WeakMap<SelectedField['below'], ReadonlySet<string>>();
  const classesOf = (fields: Iterable<SelectedField>): ReadonlySet<string> => {
    const found = new Set<string>();
    for (const field of fields) {
      for (const at of [field.at, ...searchedBy(model, field)]) {
        const name = model.classes.get(at);
        if (name !== undefined) found.add(name);
      }
      const below = known.get(field.below) ?? classesOf([...field.below.values()].flat());
      known.set(field.below, below);
      for (const name of below) found.add(name);
    }
    return found;
  };
  return (fields) => [...classesOf(fields)].sort();
}

/** The fields that the arguments of a field look at. */
function searchedBy({ searches }: Pick<Model, 'searches'>, field: SelectedField): readonly Coordinate[] {
  const { where, orderBy } = field.arguments as SearchArguments;
  // A list names many customers in the same way.
  const ways = new Set(namedCustomers(field).map(({ key }) => Object.keys(key)[0] ?? ''));
  const inputs = [
    ...[...ways].map((name) => coordinate('CustomerKey', name)),
    ...Object.entries(where ?? {}).flatMap(([name, value]) => (value === null ? [] : [coordinate('CustomerFilter', name)])),
    ...(orderBy === undefined || orderBy === null ? [] : [coordinate('CustomerOrderField', orderBy.field)]),
  ];
  return inputs.flatMap((input) => searches.get(input) ?? []);
}

interface SearchArguments {
  readonly where?: object | null;
  readonly orderBy?: { readonly field: string } | null;
}
