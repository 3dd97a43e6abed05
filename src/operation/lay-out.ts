import {
  GraphQLError, isAbstractType, isLeafType, isListType, isNonNullType, Kind, locatedError, TypeNameMetaFieldDef,
  type ExecutionResult, type GraphQLLeafType, type GraphQLOutputType, type OperationDefinitionNode,
} from 'graphql';
import { bare } from '../bare.ts';
import type { MaskName } from '../authorization/masks/mask.ts';
import { Masked, typeName, type Answer } from '../federation/answer.ts';
import { placeError } from '../federation/told-error.ts';
import type { SelectedField } from '../selection/select.ts';

/** Where a masked value stands in the answer. */
export interface MaskedPlace {
  readonly path: readonly (string | number)[];
  readonly mask: MaskName;
}

/** What is found on the way, and where the way has come to: response keys and places in lists, as many as `depth` says. What else is in `path` was left. */
interface Way {
  readonly errors: GraphQLError[];
  readonly masked: MaskedPlace[];
  readonly path: (string | number)[];
  depth: number;
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
  const way: Way = { errors: [], masked: [], path: [], depth: 0 };
  const data = laid(way, fields.map(layingOf), answer);
  return {
    ...(way.errors.length === 0 ? {} : { errors: way.errors }),
    data,
    ...(way.masked.length === 0 ? {} : { extensions: { masked: way.masked } }),
  };
}

/** What a type asks of its values. */
type Form = { readonly nonNull: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly items: Form }
  | { readonly kind: 'object'; readonly isAbstract: boolean }
);

/** A field with what its type asks; undefined for the name of the type itself. */
interface Laying {
  readonly field: SelectedField;
  readonly form: Form | undefined;
}

const forms = new WeakMap<GraphQLOutputType, Form>();
const layings = new WeakMap<readonly SelectedField[], readonly Laying[]>();

function layingOf(field: SelectedField): Laying {
  return { field, form: field.definition === TypeNameMetaFieldDef ? undefined : formOf(field.definition.type) };
}

/** By what is selected, which requests with one document share. */
function layingsOf(fields: readonly SelectedField[]): readonly Laying[] {
  const known = layings.get(fields) ?? fields.map(layingOf);
  layings.set(fields, known);
  return known;
}

function formOf(type: GraphQLOutputType): Form {
  const known = forms.get(type) ?? readForm(type);
  forms.set(type, known);
  return known;
}

function readForm(type: GraphQLOutputType): Form {
  if (isNonNullType(type)) return { ...readForm(type.ofType), nonNull: true };
  if (isLeafType(type)) return { kind: 'leaf', nonNull: false, type };
  return isListType(type) ? { kind: 'list', nonNull: false, items: formOf(type.ofType) } : { kind: 'object', nonNull: false, isAbstract: isAbstractType(type) };
}

/** Stands for something that must not be null and is. */
const missing = Symbol('missing');

function laid(way: Way, all: readonly Laying[], answer: Answer): Record<string, unknown> | null {
  const data = bare();
  const { depth } = way;
  for (const { field, form } of all) {
    const { responseKey } = field;
    if (form === undefined) {
      data[responseKey] = answer[typeName];
      continue;
    }
    way.path[depth] = responseKey;
    way.depth = depth + 1;
    const told = answer[responseKey];
    if (told instanceof Masked) way.masked.push({ path: pathOf(way), mask: told.mask });
    const value = complete(way, field, form, told instanceof Masked ? told.value : told);
    way.depth = depth;
    if (value === missing) return null;
    data[responseKey] = value;
  }
  return data;
}

function complete(way: Way, field: SelectedField, form: Form, value: unknown): unknown {
  if (!form.nonNull) {
    const completed = completeNullable(way, field, form, value);
    return completed === missing ? null : completed;
  }
  const before = way.errors.length;
  const completed = completeNullable(way, field, form, value);
  if (completed !== null && completed !== missing) return completed;
  if (completed === null && way.errors.length === before) {
    fail(way, field, new Error(`Cannot return null for non-nullable field ${field.at}.`));
  }
  return missing;
}

function completeNullable(way: Way, field: SelectedField, form: Form, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Error) {
    fail(way, field, value);
    return null;
  }
  switch (form.kind) {
    case 'leaf': return completeLeaf(way, field, form.type, value);
    case 'list': return completeList(way, field, form.items, value);
    case 'object': return laid(way, layingsOf(field.below.get(form.isAbstract ? (value as Answer)[typeName] : field.type) ?? nothing), value as Answer) ?? missing;
  }
}

const nothing: readonly SelectedField[] = [];

function completeLeaf(way: Way, field: SelectedField, type: GraphQLLeafType, value: unknown): unknown {
  try {
    const serialized: unknown = type.serialize(value);
    if (serialized !== undefined && serialized !== null) return serialized;
    fail(way, field, new Error(`${type.name} has no form for a value of ${field.at}.`));
  } catch (error) {
    fail(way, field, error);
  }
  return null;
}

function completeList(way: Way, field: SelectedField, form: Form, value: unknown): unknown {
  if (!Array.isArray(value)) {
    fail(way, field, new Error(`Expected a list for ${field.at}.`));
    return null;
  }
  const items: unknown[] = [];
  const { depth } = way;
  for (let at = 0; at < value.length; at += 1) {
    way.path[depth] = at;
    way.depth = depth + 1;
    const completed = complete(way, field, form, value[at]);
    way.depth = depth;
    if (completed === missing) return missing;
    items.push(completed);
  }
  return items;
}

function fail(way: Way, { nodes }: SelectedField, error: unknown): void {
  const path = pathOf(way);
  way.errors.push(error instanceof GraphQLError ? placeError(error, nodes, path) : locatedError(error, nodes, path));
}

function pathOf({ path, depth }: Way): (string | number)[] {
  return path.slice(0, depth);
}
