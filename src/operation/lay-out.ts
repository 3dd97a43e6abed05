import {
  GraphQLError, isAbstractType, isLeafType, isListType, isNonNullType, Kind, locatedError, TypeNameMetaFieldDef,
  type ExecutionResult, type GraphQLOutputType, type OperationDefinitionNode,
} from 'graphql';
import type { MaskName } from '../authorization/masks/mask.ts';
import { Masked, typeName, type Answer } from '../federation/answer.ts';
import { placeError } from '../federation/told-error.ts';
import type { SelectedField } from '../selection/select.ts';

/** Where something stands in the answer. */
interface Place {
  readonly above: Place | undefined;
  readonly key: string | number;
}

/** Where a masked value stands in the answer. */
export interface MaskedPlace {
  readonly path: readonly (string | number)[];
  readonly mask: MaskName;
}

/** What is found on the way. */
interface Found {
  readonly errors: GraphQLError[];
  readonly masked: MaskedPlace[];
}

/** Whether an operation asks of fields alone at its root, so that its answer can be laid out here: not of the schema, and not in fragments. */
export function laysOut({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every((one) => one.kind === Kind.FIELD && !one.name.value.startsWith('__'));
}

/**
 * Lays an answer out as the response, by the rules of the GraphQL specification (6.4.3 and 6.4.4): leaves in the form of their scalar, an
 * error where there is one instead of a value, and null above what must not be null. All values are there already, and decided.
 */
export function layOut(fields: readonly SelectedField[], answer: Answer): ExecutionResult {
  const found: Found = { errors: [], masked: [] };
  const data = laid(found, fields, answer, undefined);
  return {
    ...(found.errors.length === 0 ? {} : { errors: found.errors }),
    data,
    ...(found.masked.length === 0 ? {} : { extensions: { masked: found.masked } }),
  };
}

/** Stands for something that must not be null and is. */
const missing = Symbol('missing');

function laid(found: Found, fields: readonly SelectedField[], answer: Answer, place: Place | undefined): Record<string, unknown> | null {
  const data = Object.create(null) as Record<string, unknown>;
  for (const field of fields) {
    const { responseKey, definition } = field;
    if (definition === TypeNameMetaFieldDef) {
      data[responseKey] = answer[typeName];
      continue;
    }
    const here = { above: place, key: responseKey };
    const told = answer[responseKey];
    if (told instanceof Masked) found.masked.push({ path: pathOf(here), mask: told.mask });
    const value = complete(found, field, definition.type, told instanceof Masked ? told.value : told, here);
    if (value === missing) return null;
    data[responseKey] = value;
  }
  return data;
}

function complete(found: Found, field: SelectedField, type: GraphQLOutputType, value: unknown, place: Place): unknown {
  if (!isNonNullType(type)) {
    const completed = completeNullable(found, field, type, value, place);
    return completed === missing ? null : completed;
  }
  const before = found.errors.length;
  const completed = completeNullable(found, field, type.ofType, value, place);
  if (completed !== null && completed !== missing) return completed;
  if (completed === null && found.errors.length === before) {
    fail(found, field, new Error(`Cannot return null for non-nullable field ${field.at}.`), place);
  }
  return missing;
}

function completeNullable(found: Found, field: SelectedField, type: GraphQLOutputType, value: unknown, place: Place): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Error) {
    fail(found, field, value, place);
    return null;
  }
  if (isLeafType(type)) {
    try {
      const serialized: unknown = type.serialize(value);
      if (serialized !== undefined && serialized !== null) return serialized;
      fail(found, field, new Error(`${type.name} has no form for a value of ${field.at}.`), place);
    } catch (error) {
      fail(found, field, error, place);
    }
    return null;
  }
  if (isListType(type)) {
    if (!Array.isArray(value)) {
      fail(found, field, new Error(`Expected a list for ${field.at}.`), place);
      return null;
    }
    const items: unknown[] = [];
    for (const [key, item] of (value as readonly unknown[]).entries()) {
      const completed = complete(found, field, type.ofType as GraphQLOutputType, item, { above: place, key });
      if (completed === missing) return missing;
      items.push(completed);
    }
    return items;
  }
  const below = field.below.get(isAbstractType(type) ? (value as Answer)[typeName] : field.type) ?? [];
  return laid(found, below, value as Answer, place) ?? missing;
}

function fail({ errors }: Found, { nodes }: SelectedField, error: unknown, place: Place): void {
  errors.push(error instanceof GraphQLError ? placeError(error, nodes, pathOf(place)) : locatedError(error, nodes, pathOf(place)));
}

function pathOf(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.above) path.unshift(at.key);
  return path;
}
