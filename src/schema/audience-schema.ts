import { mapSchema, MapperKind, pruneSchema } from '@graphql-tools/utils';
import {
  DirectiveLocation, getNamedType, GraphQLSchema, isAbstractType, isEnumType, isInputObjectType, isObjectType, isRequiredInputField, isSpecifiedDirective,
  type GraphQLDirective, type GraphQLNamedType,
} from 'graphql';
import { coordinate, type Coordinate } from '../ids.ts';
import type { Faults } from '../parse/faults.ts';
import type { Model } from './model.ts';
import { alwaysReadable, isStructure, ungovernedRoots } from './shape.ts';

/** The fields that an audience's schema has: all of them, or those on a list. */
export type AudienceFields = 'all' | readonly string[];

/**
 * The schema of one audience. What is not in it does not exist for the audience: not in validation, not in suggestions and
 * not in introspection. Ways to search by a field that is left out go with it, and so do the words by which the deployment
 * classifies its data.
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
  /** An enum without values, or an input without one that it needs, is none. */
  const givable = (type: GraphQLNamedType): boolean => {
    if (isEnumType(type)) return type.getValues().some(({ name }) => searchable(coordinate(type.name, name)));
    return !isInputObjectType(type) || Object.values(type.getFields()).filter(isRequiredInputField).every(
      (field) => searchable(coordinate(type.name, field.name)) && givable(getNamedType(field.type)),
    );
  };
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
    [MapperKind.INPUT_OBJECT_TYPE]: (type) => (givable(type) ? type : null),
    [MapperKind.INPUT_OBJECT_FIELD]: (field, name, typeName) => (searchable(coordinate(typeName, name)) ? field : null),
    [MapperKind.ENUM_TYPE]: (type) => (givable(type) ? type : null),
    [MapperKind.ENUM_VALUE]: (value, typeName, _schema, name) => (searchable(coordinate(typeName, name)) ? value : null),
  });
  const { directives, ...config } = mapped.toConfig();
  // Pruned with them, a directive's arguments would keep their types.
  const schema = pruneSchema(new GraphQLSchema({ ...config, directives: directives.filter(isForQueries) }));
  checkReachable(model.schema, schema, fields, faults);
  return schema;
}

/** Of an object that nothing is listed of, nothing can be asked; who lists it has forgotten something. */
function checkReachable(whole: GraphQLSchema, schema: GraphQLSchema, fields: readonly string[], faults: Faults): void {
  for (const [index, at] of fields.entries()) {
    const [typeName = '', name = ''] = at.split('.');
    const [type, left] = [whole.getType(typeName), schema.getType(typeName)];
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    // A type that is not reached may be listed for the sake of searching by its fields.
    const reached = isObjectType(left) || type === whole.getMutationType();
    if (field === undefined || !reached || (isObjectType(left) && left.getFields()[name] !== undefined)) continue;
    faults.add(`[${index}]`, `nothing is listed of ${getNamedType(field.type).name}, so that there would be no "${at}"`);
  }
}

const forQueries: ReadonlySet<string> = new Set<DirectiveLocation>([
  DirectiveLocation.QUERY, DirectiveLocation.MUTATION, DirectiveLocation.FIELD, DirectiveLocation.VARIABLE_DEFINITION,
  DirectiveLocation.FRAGMENT_DEFINITION, DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT,
]);

/** Others annotate the schema: they say how the deployment classifies and searches its data. */
function isForQueries(directive: GraphQLDirective): boolean {
  return isSpecifiedDirective(directive) || directive.locations.some((location) => forQueries.has(location));
}
