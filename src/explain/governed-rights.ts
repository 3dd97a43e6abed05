import { getNamedType, isEnumType, isInputObjectType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Action } from '../authorization/decision.ts';
import { sight } from '../authorization/rights.ts';
import type { Coordinate } from '../ids.ts';
import type { Model } from '../schema/model.ts';
import { alwaysReadable, formOf } from '../schema/shape.ts';

/** Something that callers may be allowed to do with a field. */
export interface GovernedRight {
  readonly action: Action;
  readonly field: Coordinate;
  /** What of the schema it is done with: the field itself, or the inputs that search by it. */
  readonly through: readonly Coordinate[];
}

/** All rights that the planner may ask about, in the order of the schema: reading, then searching, listing, changing, and approving what others may read. */
export function governedRights(model: Pick<Model, 'schema' | 'classes' | 'searches'>): readonly GovernedRight[] {
  const fields = [...model.classes.keys()];
  const own = (action: Action, chosen: readonly Coordinate[]): readonly GovernedRight[] => chosen.map((field) => ({ action, field, through: [field] }));
  const lists = fields.filter((field) => field.startsWith('Query.') && isList(model.schema, field));
  const searched = (action: Action, input: string): readonly GovernedRight[] => {
    const through = [...model.searches].filter(([at]) => at.startsWith(`${input}.`)).flatMap(([at, looked]) => looked.map((field) => ({ at, field })));
    const roots = input === 'CustomerKey' ? withoutKeyInput : [];
    return [...Map.groupBy([...through, ...roots], ({ field }) => field)].map(([field, found]) => ({ action, field, through: found.map(({ at }) => at) }));
  };
  const read = fields.filter((field) => !field.startsWith('Mutation.') && !lists.includes(field) && field !== alwaysReadable);
  return [
    { action: 'see', field: sight, through: [] },
    ...own('read', read),
    ...searched('lookup', 'CustomerKey'), ...searched('filter', 'CustomerFilter'), ...searched('order', 'CustomerOrderField'),
    ...own('list', lists),
    ...own('change', fields.filter((field) => field.startsWith('Mutation.'))),
    ...read.map((field): GovernedRight => ({ action: 'approve', field, through: [approving] })),
  ];
}

/** Root fields that look up without a `CustomerKey`. */
const withoutKeyInput: readonly { readonly at: Coordinate; readonly field: Coordinate }[] = [
  { at: 'Query.node', field: alwaysReadable }, { at: 'Query.nodes', field: alwaysReadable },
  { at: 'Query._entities', field: alwaysReadable }, { at: 'Query._entities', field: 'Customer.number' },
];

const approving: Coordinate = 'Mutation.approveAccess';

/** True where an audience's schema has what a right is exercised with. */
export function existsIn(schema: GraphQLSchema | undefined, { through }: GovernedRight): boolean {
  return schema !== undefined && (through.length === 0 || through.some((at) => hasMember(schema, at)));
}

function hasMember(schema: GraphQLSchema, at: Coordinate): boolean {
  const [name = '', member = ''] = at.split('.');
  const type = schema.getType(name);
  if (isEnumType(type)) return type.getValue(member) !== undefined;
  return (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) && type.getFields()[member] !== undefined;
}

function isList(schema: GraphQLSchema, at: Coordinate): boolean {
  const field = schema.getQueryType()?.getFields()[at.slice('Query.'.length)];
  return field !== undefined && (formOf(field.type) === 'connection' || getNamedType(field.type).name === 'AccessRequest');
}
