import {
  getNamedType, getNullableType, isEnumType, isListType, isObjectType, type GraphQLField, type GraphQLNamedType, type GraphQLOutputType, type GraphQLSchema,
} from 'graphql';
import type { SourceSettings } from '../config/source-file.ts';
import type { Faults } from '../parse/faults.ts';
import { compileConversion, type Conversion } from './conversions.ts';
import { parseGather, parseRows, parseValues, type ValueText } from './mapping.ts';
import { Malformed, type ItemsOrigin, type Reader, type RowsOrigin, type ValueOrigin } from './model.ts';
import { acceptOf, type Accept } from './scalars.ts';
import { formOf, nodeTypeOf } from './shape.ts';

/** What one source's mapping gives one field. */
export type Origin =
  | { readonly kind: 'value'; readonly origin: ValueOrigin }
  | { readonly kind: 'rows'; readonly origin: RowsOrigin }
  | { readonly kind: 'items'; readonly origin: ItemsOrigin };

type Field = GraphQLField<unknown, unknown>;

/** What a mapping's entry is compiled against. */
export interface Place {
  readonly schema: GraphQLSchema;
  readonly source: SourceSettings;
  readonly faults: Faults;
}

/** Compiles one entry of a source's `map`. Mistakes are faults, and then the entry gives nothing. */
export function compileOrigins(place: Place, field: Field, entry: unknown): readonly Origin[] {
  const named = getNamedType(field.type);
  switch (formOf(field.type)) {
    case 'leaf':
      return parseValues(entry, place.faults).flatMap((text) => {
        const origin = compileValue(place, text, field.type);
        return origin === undefined ? [] : [{ kind: 'value', origin } as const];
      });
    case 'connection':
      return compileRows(place, entry, nodeTypeOf(named));
    case 'list':
      return Array.isArray(entry) ? compileGathered(place, entry, named) : compileEmbedded(place, entry);
    case 'part':
      place.faults.add('', `is an object; map its fields instead, such as ${named.name}.…`);
      return [];
  }
}

/** Compiles where one leaf's value comes from; undefined where its text is wrong. */
export function compileValue(place: Place, text: ValueText, declared: GraphQLOutputType): ValueOrigin | undefined {
  const { source, faults } = place;
  const type = getNamedType(declared);
  const accept = isEnumType(type) ? enumAccept(new Set(type.getValues().map((value) => value.name))) : acceptOf(type.name);
  if (accept === undefined) {
    faults.add('', `nothing is known of the scalar ${type.name}; use one of the canonical scalars`);
    return undefined;
  }
  if ('value' in text) {
    const value = accept(text.value);
    if (value instanceof Malformed) faults.add('', `${value.reason} for ${type.name}, got ${JSON.stringify(text.value)}`);
    return { source: source.name, entity: source.identity.entity, paths: [], fallbackOnFailure: false, read: () => value };
  }
  const conversion: Conversion | undefined = text.as === undefined ? asItIs : compileConversion(text.as, faults.at('as'));
  if (conversion === undefined) return undefined;
  const entities = new Set<string>();
  const local = (path: string): string => {
    const resolved = resolvePath(source, path, faults);
    if (resolved !== undefined) entities.add(resolved.entity);
    return resolved?.path ?? path;
  };
  const paths = text.from.map(local);
  const renamed = new Map(conversion.paths.map((path) => [path, local(path)]));
  const [entity, another] = entities;
  if (entity === undefined) return undefined;
  if (another !== undefined) {
    faults.add('', `one value comes from one entity, got ${[...entities].join(' and ')}`);
    return undefined;
  }
  const form = { accept, isList: isListType(getNullableType(declared)) };
  const read = finished(raw(paths, text.several), conversion, renamed, form);
  return { source: source.name, entity, paths: [...new Set([...paths, ...renamed.values()])], fallbackOnFailure: text.fallback === 'onFailure', read };
}

const asItIs: Conversion = { paths: [], convert: (value) => value };

function raw(paths: readonly string[], several: boolean): (reader: Reader) => unknown {
  const [first] = paths;
  if (!several && first !== undefined) return (reader) => reader(first);
  return (reader) => paths.map((path) => reader(path));
}

/**
 * Converts, then checks against the schema; what is not there, and an empty text, is no value. Where the schema has a list,
 * each item is checked and a lone value is a list of one; where it has none, a list is as malformed as anything else.
 */
function finished(
  get: (reader: Reader) => unknown,
  conversion: Conversion,
  renamed: ReadonlyMap<string, string>,
  { accept, isList }: { readonly accept: Accept; readonly isList: boolean },
): ValueOrigin['read'] {
  const item = (value: unknown): unknown => {
    if (value === undefined || value === null || value === '') return undefined;
    return value instanceof Malformed ? value : accept(value);
  };
  const list = (value: unknown): unknown => {
    if (value === undefined || value === null) return undefined;
    const items = (Array.isArray(value) ? value : [value]).map(item).filter((one) => one !== undefined);
    return items.find((one) => one instanceof Malformed) ?? items;
  };
  const one = isList ? list : item;
  return (reader) => {
    const value = get(reader);
    if (value === undefined || value === null) return undefined;
    const converted = conversion.convert(value, (path) => reader(renamed.get(path) ?? path));
    return converted instanceof Promise ? converted.then(one) : one(converted);
  };
}

function enumAccept(names: ReadonlySet<string>): Accept {
  return (value) => (typeof value === 'string' && names.has(value) ? value : new Malformed(`expected one of ${[...names].join(', ')}`));
}

function compileRows({ source, faults }: Place, entry: unknown, node: GraphQLNamedType | undefined): readonly Origin[] {
  const text = parseRows(entry, faults);
  if (text === undefined) return [];
  const find = source.parsed.capabilities.get(text.entity)?.find;
  if (find === undefined) {
    faults.add('', `expected an entity out of ${[...source.parsed.capabilities.keys()].join(', ')}, got "${text.entity}"`);
    return [];
  }
  const attributes = [...find.keys()];
  const by = text.by ?? (attributes.length === 1 ? attributes[0] : undefined);
  if (by === undefined || !find.has(by)) {
    const hint = attributes.length === 0 ? 'which has no find' : `expected one of ${attributes.join(', ')}`;
    faults.add('by', `says by which attribute entities.${text.entity} is found for its parent; ${hint}, got ${JSON.stringify(text.by)}`);
    return [];
  }
  if (!isObjectType(node)) {
    faults.add('', 'a connection of an interface or union cannot be mapped');
    return [];
  }
  return [{ kind: 'rows', origin: { source: source.name, entity: text.entity, by } }];
}

function compileEmbedded({ source, faults }: Place, entry: unknown): readonly Origin[] {
  const text = parseRows(entry, faults);
  if (text === undefined) return [];
  const within = source.within.get(text.entity);
  if (within === undefined) {
    const known = [...source.within.keys()];
    faults.add('', `expected an entity that lies within another${known.length === 0 ? '' : ` (${known.join(', ')})`}, got "${text.entity}"`);
    return [];
  }
  const [entity = '', ...path] = within.split('.');
  return [{ kind: 'items', origin: { kind: 'embedded', source: source.name, entity, path: path.join('.') } }];
}

function compileGathered(place: Place, entry: readonly unknown[], list: GraphQLNamedType): readonly Origin[] {
  const { schema, source, faults } = place;
  return parseGather(entry, faults).flatMap((item, index) => {
    const at = faults.at(`[${index}]`);
    const type = schema.getType(item.type);
    if (!isObjectType(type) || !(type === list || type.getInterfaces().some((one) => one === list))) {
      at.add('type', `expected ${list.name} or a type that implements it, got "${item.type}"`);
      return [];
    }
    const fields = new Map<string, ValueOrigin>();
    for (const [name, text] of item.fields) {
      const field = type.getFields()[name];
      if (field === undefined) at.add(name, `the schema has no ${item.type}.${name}`);
      const origin = field && compileValue({ ...place, faults: at.at(name) }, text, field.type);
      if (origin !== undefined) fields.set(name, origin);
    }
    const entities = new Set([...fields.values()].filter((origin) => origin.paths.length > 0).map((origin) => origin.entity));
    const [entity] = entities;
    if (entity === undefined || entities.size > 1) {
      at.add('', `the fields of one item come from one entity, got ${[...entities].join(' and ') || 'none'}`);
      return [];
    }
    return [{ kind: 'items', origin: { kind: 'gathered', source: source.name, entity, type: item.type, fields } } as const];
  });
}

/** `line.description` → the entity that is read (`invoice`) and the path in its rows (`lines.data.description`). */
function resolvePath(source: SourceSettings, path: string, faults: Faults): { readonly entity: string; readonly path: string } | undefined {
  const [first = '', ...rest] = path.split('.');
  const within = source.within.get(first);
  const [entity = '', ...steps] = within === undefined ? [first, ...rest] : [...within.split('.'), ...rest];
  if (!source.parsed.capabilities.has(entity) || steps.length === 0) {
    const known = [...source.parsed.capabilities.keys(), ...source.within.keys()];
    faults.add('', `expected a path that starts with an entity (${known.join(', ')}), got "${path}"`);
    return undefined;
  }
  return { entity, path: steps.join('.') };
}
