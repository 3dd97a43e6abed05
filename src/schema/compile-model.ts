import { mapSchema, MapperKind, pruneSchema } from '@graphql-tools/utils';
import { getNamedType, getNullableType, isEnumType, isInputObjectType, isLeafType, isNonNullType, isObjectType, isScalarType, type GraphQLSchema } from 'graphql';
import type { TextFile } from '../config/deployment.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import { coordinate, type Coordinate } from '../ids.ts';
import type { Faults } from '../parse/faults.ts';
import { buildSchema } from './build-schema.ts';
import { compileConsents } from './compile-consents.ts';
import { compileCosts } from './compile-costs.ts';
import { compileOrigins } from './compile-origins.ts';
import type { ItemsOrigin, Model, RowsOrigin, ValueOrigin } from './model.ts';
import { alwaysReadable, classOf, directiveArgument, fieldsOf, formOf, isMarked, isOwn, isStructure, ungovernedRoots } from './shape.ts';

/** What a model is compiled from. Of a deployment with faults it is as much as was understood. */
export interface ModelText {
  readonly sdl: readonly TextFile[];
  readonly sources: readonly SourceSettings[];
  /** False when a source is missing because of its faults: then that nobody fills a field says nothing. */
  readonly allSources: boolean;
  /** Another order of sources for single fields. */
  readonly order: Readonly<Record<string, readonly string[]>>;
  readonly lead: string | undefined;
  /** Undefined where the registry has faults. */
  readonly purposes: PurposeRegistry | undefined;
}

/** Joins the schema with all sources' mappings and notes every fault; undefined when the SDL does not make a schema. */
export function compileModel(text: ModelText, faultsOf: (file: string) => Faults): Model | undefined {
  const schema = buildSchema(text.sdl, faultsOf);
  if (schema === undefined) return undefined;
  const origins = collectOrigins(schema, text, faultsOf);
  const gathered = new Set([...origins.items.values()].flat().flatMap((origin) => (origin.kind === 'gathered' ? [origin.type] : [])));
  checkReadable(schema, text.sources, origins, faultsOf);
  const filled = keepFilled(schema, (at) => origins.values.has(at) || origins.rows.has(at) || origins.items.has(at), gathered);
  const offered = offerSearches(filled, text);
  return {
    schema: offered,
    classes: classesOf(schema, faultsOf),
    scalars: new Map([...fieldsOf(schema)].flatMap(({ field, at }) => (isScalarType(getNamedType(field.type)) ? [[at, getNamedType(field.type).name] as const] : []))),
    dataClasses: dataClassesOf(schema),
    inferred: markedBy(schema, 'inferred'),
    money: markedBy(schema, 'money'),
    ...origins,
    consents: compileConsents(schema, text, faultsOf),
    searches: searchesOf(offered, faultsOf('schema')),
    costs: compileCosts(schema, faultsOf),
  };
}

type Origins = Pick<Model, 'values' | 'rows' | 'items'>;

function collectOrigins(schema: GraphQLSchema, text: ModelText, faultsOf: (file: string) => Faults): Origins {
  const values = new Map<Coordinate, ValueOrigin[]>();
  const rows = new Map<Coordinate, RowsOrigin[]>();
  const items = new Map<Coordinate, ItemsOrigin[]>();
  const append = <Item>(map: Map<Coordinate, Item[]>, at: Coordinate, item: Item): void => {
    map.set(at, [...(map.get(at) ?? []), item]);
  };
  for (const source of text.sources) {
    for (const [at, entry] of Object.entries(source.map)) {
      const faults = faultsOf(source.file).at('map').at(at);
      const [typeName = '', fieldName = ''] = at.split('.');
      const type = schema.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      if (field === undefined || !isObjectType(type)) {
        faults.add('', 'the schema has no such field');
      } else if (isOwn(type, fieldName) || isStructure(type)) {
        faults.add('', 'is filled by the gateway itself');
      } else {
        for (const one of compileOrigins({ schema, source, faults }, field, entry)) {
          const key = coordinate(typeName, fieldName);
          if (one.kind === 'value') append(values, key, one.origin);
          else if (one.kind === 'rows') append(rows, key, one.origin);
          else append(items, key, one.origin);
        }
      }
    }
  }
  for (const [at, names] of Object.entries(text.order)) {
    const key = at as Coordinate;
    const place = (origin: { readonly source: string }): number => (names.includes(origin.source) ? names.indexOf(origin.source) : names.length);
    const sorted = values.get(key)?.toSorted((a, b) => place(a) - place(b));
    if (sorted !== undefined) values.set(key, sorted);
    else if (text.allSources) faultsOf('customer360.yaml').add(`order.${at}`, 'no source fills this field');
  }
  return { values, rows, items };
}

/** A customer's own values are read by the key that she is linked by; an entity that cannot be read so can only give rows. */
function checkReadable(schema: GraphQLSchema, sources: readonly SourceSettings[], origins: Origins, faultsOf: (file: string) => Faults): void {
  const own = partsOf(schema, 'Customer');
  const asRows = new Set([...origins.rows.values()].flat().map(({ source, entity }) => `${source} ${entity}`));
  for (const [at, all] of [...origins.values, ...origins.items]) {
    if (!own.has(at.split('.')[0] ?? '')) continue;
    for (const { source: name, entity } of all) {
      const source = sources.find((one) => one.name === name);
      if (source === undefined || source.parsed.capabilities.get(entity)?.read !== undefined || asRows.has(`${name} ${entity}`)) continue;
      faultsOf(source.file).at('map').add(at, `entities.${entity} has no read, so a customer's own value cannot come from it`);
    }
  }
}

/** A type with all types that are parts of it, however deep. */
function partsOf(schema: GraphQLSchema, name: string, found: Set<string> = new Set()): ReadonlySet<string> {
  const type = schema.getType(name);
  if (!isObjectType(type) || found.has(name)) return found;
  found.add(name);
  for (const field of Object.values(type.getFields())) if (formOf(field.type) === 'part') partsOf(schema, getNamedType(field.type).name, found);
  return found;
}

/**
 * Leaves out what no source fills, so that a client never selects a field which can only be null.
 * Fields that an interface promises stay, as do those of types whose items are gathered.
 */
function keepFilled(schema: GraphQLSchema, filled: (at: Coordinate) => boolean, gathered: ReadonlySet<string>): GraphQLSchema {
  const mapped = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name, typeName) => {
      const type = schema.getType(typeName);
      if (!isObjectType(type) || isStructure(type) || isOwn(type, name) || gathered.has(typeName)) return field;
      const promised = type.getInterfaces().some((one) => one.getFields()[name] !== undefined);
      const definition = type.getFields()[name];
      const part = definition !== undefined && formOf(definition.type) === 'part';
      return promised || part || filled(coordinate(typeName, name)) ? field : null;
    },
  });
  return pruneSchema(mapped, { skipPruning: (type) => type.name === 'Query' });
}

/** Leaves only those filters and orders that the leading source declares. */
function offerSearches(schema: GraphQLSchema, text: ModelText): GraphQLSchema {
  const lead = text.sources.find((source) => source.name === text.lead);
  const list = lead?.parsed.capabilities.get(lead.identity.entity)?.list;
  const can = (at: string): boolean => {
    const [type = '', name = ''] = at.split('.');
    return type === 'CustomerFilter' ? list?.filters.includes(name) === true : list?.orders.includes(name) === true;
  };
  const mapped = mapSchema(schema, {
    [MapperKind.ROOT_FIELD]: (field, name) => (name === 'customers' && list === undefined ? null : field),
    [MapperKind.INPUT_OBJECT_FIELD]: (field, name, type) => (type === 'CustomerFilter' && !can(`${type}.${name}`) ? null : field),
    [MapperKind.ENUM_VALUE]: (value, type, _schema, name) => (type === 'CustomerOrderField' && !can(`${type}.${name}`) ? null : value),
  });
  return pruneSchema(mapped);
}

function classesOf(schema: GraphQLSchema, faultsOf: (file: string) => Faults): ReadonlyMap<Coordinate, string> {
  const classes = new Map<Coordinate, string>();
  const known = dataClassesOf(schema);
  for (const { type, field, at } of fieldsOf(schema)) {
    if (isStructure(type) || ungovernedRoots.has(at)) continue;
    const named = classOf(type, field);
    const faults = faultsOf(field.astNode?.loc?.source.name ?? 'schema');
    if (named !== undefined && !known.includes(named.toLowerCase())) faults.add(at, `there is no data class ${named}`);
    if (named === undefined) faults.add(at, 'has no data class; add @class(is: …) to the field or its type');
    else classes.set(at, named.toLowerCase());
    if (isNonNullType(field.type) && at !== alwaysReadable) faults.add(at, 'must be nullable: a denied or failed field is null');
  }
  return classes;
}

/** The governed fields at which a directive stands, or at whose type it does. Where a value comes from is never meant. */
function markedBy(schema: GraphQLSchema, directive: string): ReadonlySet<Coordinate> {
  return new Set([...fieldsOf(schema)].flatMap(({ type, field, at }) =>
    (!isStructure(type) && classOf(type, field) !== 'LINEAGE' && isMarked(type, field, directive) ? [at] : [])));
}

function dataClassesOf(schema: GraphQLSchema): readonly string[] {
  const type = schema.getType('DataClass');
  return isEnumType(type) ? type.getValues().map((value) => value.name.toLowerCase()) : [];
}

function searchesOf(schema: GraphQLSchema, faults: Faults): ReadonlyMap<Coordinate, readonly Coordinate[]> {
  const searches = new Map<Coordinate, readonly Coordinate[]>();
  for (const name of ['CustomerKey', 'CustomerFilter', 'CustomerOrderField']) {
    const type = schema.getType(name);
    const members = isInputObjectType(type) ? Object.values(type.getFields()) : isEnumType(type) ? type.getValues() : [];
    for (const member of members) {
      if (name === 'CustomerFilter' && 'type' in member && !isLeafType(getNullableType(member.type))) {
        faults.add(`${name}.${member.name}`, 'must be a single scalar or enum value: that is what sources filter by');
      }
      const looksAt = directiveArgument(member.astNode, 'searches', 'fields');
      if (looksAt.length === 0) faults.add(`${name}.${member.name}`, 'does not say which fields it searches; add @searches(fields: […])');
      searches.set(coordinate(name, member.name), looksAt as readonly Coordinate[]);
    }
  }
  return searches;
}
