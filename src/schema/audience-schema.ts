import { mapSchema, MapperKind, pruneSchema } from '@graphql-tools/utils';
import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';
import { coordinate, type Coordinate } from '../ids.ts';
import type { Faults } from '../parse/faults.ts';
import type { Model } from './model.ts';
import { alwaysReadable, isStructure, ungovernedRoots } from './shape.ts';

/** The fields that an audience's schema has: all of them, or those on a list. */
export type AudienceFields = 'all' | readonly string[];

/**
 * The schema of one audience. What is not in it does not exist for the audience: not in validation, not in suggestions and
 * not in introspection. Ways to search by a field that is left out go with it.
 */
export function audienceSchema(model: Pick<Model, 'schema' | 'classes' | 'searches'>, fields: AudienceFields, faults: Faults): GraphQLSchema {
  if (fields === 'all') return model.schema;
  // A field that no source fills yet may be listed all the same, as policies may name it.
  const known = new Set<string>([...model.classes.keys(), ...ungovernedRoots]);
  for (const [index, at] of fields.entries()) {
    if (!known.has(at)) faults.add(`[${index}]`, `the schema has no field "${at}"`);
  }
  const listed = new Set<string>([...fields, alwaysReadable]);
  if (!fields.some((at) => at.startsWith('Query.'))) faults.add('', 'nothing can be asked without a field of Query');
  const searchable = (at: Coordinate): boolean => model.searches.get(at)?.every((searched) => listed.has(searched)) ?? true;
  /** An interface promises what all of those that are left keep. */
  const promised = (interfaceName: string, name: string): boolean => {
    const type = model.schema.getType(interfaceName);
    const left = (isAbstractType(type) ? model.schema.getPossibleTypes(type) : []).filter((one) => fields.some((at) => at.startsWith(`${one.name}.`)));
    return left.length > 0 && left.every((one) => listed.has(coordinate(one.name, name)));
  };
  const mapped = mapSchema(model.schema, {
    [MapperKind.INTERFACE_FIELD]: (field, name, typeName) => (promised(typeName, name) ? field : null),
    [MapperKind.OBJECT_FIELD]: (field, name, typeName) => {
      const type = model.schema.getType(typeName);
      return (isObjectType(type) && isStructure(type)) || listed.has(coordinate(typeName, name)) ? field : null;
    },
    [MapperKind.INPUT_OBJECT_FIELD]: (field, name, typeName) => (searchable(coordinate(typeName, name)) ? field : null),
    [MapperKind.ENUM_VALUE]: (value, typeName, _schema, name) => (searchable(coordinate(typeName, name)) ? value : null),
  });
  return pruneSchema(mapped);
}
