import { coordinate, type Coordinate } from '../../ids.ts';
import type { Model } from '../../schema/model.ts';
import type { SelectedField } from '../../selection/select.ts';

/**
 * The data classes of everything that an operation selects or searches by, whether it may or not, so that a policy can speak of
 * what is asked for together. Sorted.
 */
export function selectedClasses(model: Pick<Model, 'classes' | 'searches'>, fields: readonly SelectedField[]): readonly string[] {
  const classes = new Set<string>();
  const add = (at: Coordinate): void => {
    const name = model.classes.get(at);
    if (name !== undefined) classes.add(name);
  };
  const collect = (field: SelectedField): void => {
    add(field.at);
    for (const at of searchedBy(model, field)) add(at);
    for (const below of field.below.values()) for (const one of below) collect(one);
  };
  for (const field of fields) collect(field);
  return [...classes].sort();
}

/** The fields that the arguments of a field look at. */
function searchedBy({ searches }: Pick<Model, 'searches'>, { arguments: given }: SelectedField): readonly Coordinate[] {
  const { by, keys, where, orderBy } = given as SearchArguments;
  const inputs = [
    ...[by, ...(keys ?? [])].flatMap((key) => Object.keys(key ?? {}).map((name) => coordinate('CustomerKey', name))),
    ...Object.entries(where ?? {}).flatMap(([name, value]) => (value === null ? [] : [coordinate('CustomerFilter', name)])),
    ...(orderBy === undefined || orderBy === null ? [] : [coordinate('CustomerOrderField', orderBy.field)]),
  ];
  return inputs.flatMap((input) => searches.get(input) ?? []);
}

interface SearchArguments {
  readonly by?: object | null;
  readonly keys?: readonly object[] | null;
  readonly where?: object | null;
  readonly orderBy?: { readonly field: string } | null;
}
