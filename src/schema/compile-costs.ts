import { getNamedType, isCompositeType, isInterfaceType, isListType, isNonNullType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Coordinate } from '../ids.ts';
import type { Faults } from '../parse/faults.ts';
import type { FieldCost } from './model.ts';
import { directiveArgument, fieldsOf, formOf, isStructure } from './shape.ts';

/** What a connection costs beside its rows: a source is asked for them, for each parent. */
const connectionWeight = 5;
/** What any change costs. */
const changeWeight = 10;
/** What one object costs. */
const objectWeight = 1;
/** How many items a list is taken to have that does not say. */
const usualSize = 10;

/**
 * What each field costs, by `@cost` and `@listSize` (IBM's GraphQL cost directives): what stands at the field, else at its type, else by
 * its kind. A leaf costs nothing.
 */
export function compileCosts(schema: GraphQLSchema, faultsOf: (file: string) => Faults): ReadonlyMap<Coordinate, FieldCost> {
  const costs = new Map<Coordinate, FieldCost>();
  for (const { type, field, at } of fieldsOf(schema)) {
    const faults = faultsOf(field.astNode?.loc?.source.name ?? 'schema').at(at);
    const named = getNamedType(field.type);
    const [own] = directiveArgument(declaring(type, field), 'cost', 'weight');
    const [ofType] = isObjectType(named) || isInterfaceType(named) ? directiveArgument(named.astNode, 'cost', 'weight') : [];
    const list = listSizeOf(type, field, faults);
    costs.set(at, {
      weight: weightOf(own, usualWeight(schema, type, field), faults),
      // Of a field that has a weight of its own, the one of its type counts no more where it holds a single object.
      item: own !== undefined && list.size === 1 && list.sized.length === 0 ? 0 : weightOf(ofType, isCompositeType(named) && !isStructure(named) ? objectWeight : 0, faults),
      ...list,
    });
  }
  // In the schemas of subgraphs alone: as many customers as a router names.
  const named = costs.get('Query.customersBy');
  if (named !== undefined) costs.set('Query._entities', { ...named, slicing: ['representations'] });
  return costs;
}

/** Where a field's directives stand: at itself, or at the interface that promises it. */
function declaring(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): GraphQLField<unknown, unknown>['astNode'] {
  const says = (node: GraphQLField<unknown, unknown>['astNode']): boolean => node?.directives?.some(({ name }) => name.value === 'cost' || name.value === 'listSize') === true;
  return [field.astNode, ...type.getInterfaces().map((one) => one.getFields()[field.name]?.astNode)].find(says);
}

function usualWeight(schema: GraphQLSchema, type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): number {
  if (type === schema.getMutationType()) return changeWeight;
  return formOf(field.type) === 'connection' ? connectionWeight : 0;
}

function weightOf(text: string | undefined, usual: number, faults: Faults): number {
  if (text === undefined) return usual;
  const weight = Number(text);
  if (text.trim() !== '' && Number.isFinite(weight) && weight >= 0) return weight;
  faults.add('@cost', `expected a weight like "2" or "0.5", got ${JSON.stringify(text)}`);
  return usual;
}

function listSizeOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, faults: Faults): Pick<FieldCost, 'size' | 'slicing' | 'sized'> {
  const node = declaring(type, field);
  const named = getNamedType(field.type);
  const connection = formOf(field.type) === 'connection';
  const said = node?.directives?.find(({ name }) => name.value === 'listSize') !== undefined;
  const slicing = said ? directiveArgument(node, 'listSize', 'slicingArguments') : connection ? ['first'] : [];
  const sized = said ? directiveArgument(node, 'listSize', 'sizedFields') : connection ? ['edges'] : [];
  for (const name of slicing) if (!field.args.some((one) => one.name === name)) faults.add('@listSize', `there is no argument "${name}"`);
  const fields = isObjectType(named) || isInterfaceType(named) ? named.getFields() : {};
  for (const name of sized) if (fields[name] === undefined || !isList(fields[name].type)) faults.add('@listSize', `${named.name} has no list "${name}"`);
  const usual = isList(field.type) || sized.length > 0 ? usualSize : 1;
  return { slicing, sized, size: said ? directiveNumber(node, 'assumedSize') ?? usual : usual };
}

function directiveNumber(node: GraphQLField<unknown, unknown>['astNode'], name: string): number | undefined {
  const value = node?.directives?.find((one) => one.name.value === 'listSize')?.arguments?.find((one) => one.name.value === name)?.value;
  return value?.kind === 'IntValue' ? Number(value.value) : undefined;
}

function isList(type: GraphQLField<unknown, unknown>['type']): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
