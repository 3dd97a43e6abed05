import {
  getNamedType, isEnumType, isInterfaceType, isListType, isNonNullType, isObjectType, isScalarType,
  type ConstDirectiveNode, type GraphQLField, type GraphQLNamedType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema,
} from 'graphql';
import { coordinate, type Coordinate } from '../ids.ts';

/** Types whose fields carry no data of their own: what they hold is decided where they are reached. */
export function isStructure(type: Pick<GraphQLNamedType, 'name'>): boolean {
  return type.name === 'PageInfo' || type.name.endsWith('Connection') || type.name.endsWith('Edge');
}

/** The gateway's own id says nothing of a customer; looking her up by it is a right all the same. */
export const alwaysReadable: Coordinate = 'Customer.id';

/** Root fields whose right is that of the key by which they look up; her own token is everybody's. */
export const ungovernedRoots: ReadonlySet<string> = new Set(['Query.customer', 'Query.customersBy', 'Query.node', 'Query.nodes', 'Query.me', 'Query._entities', 'Query._service']);

/** Types that the gateway itself fills. Everything else is filled from sources. */
const ownTypes: ReadonlySet<string> = new Set([
  'Query', 'Mutation', 'Identity', 'SourceSystem', 'SourceStatus', 'FieldProvenance', 'Alternative', 'Purpose',
  'LinkChange', 'LinkEvent', 'LinkName', 'LinkReview', 'Consent', 'Objection', 'ProcessingRestriction', 'ConsentRecord', 'RelationRecord', 'ConsentChange', 'AccessRequest',
  'AccessReport', 'AccessReportPurpose', 'AccessReportDisclosure', 'AccessReportSource', 'AccessReportSection', 'AccessReportRecord', 'AccessReportValue', 'AccessReportGap', 'AccessReportRight',
  'DataUse', 'DataUseConnection', 'DataUseEdge', 'PageInfo',
]);

/** Fields of a customer, and of every record, that the gateway itself fills. */
const ownFields: ReadonlySet<string> = new Set<string>([
  'Customer.id', 'Customer.identities', 'Customer.linkHistory', 'Customer.completeness', 'Customer.provenance',
  'Customer.consents', 'Customer.objections', 'Customer.restrictions', 'Customer.consentHistory', 'Customer.relations', 'Customer.dataUses',
]);
const ownRecordFields: ReadonlySet<string> = new Set(['source', 'remoteId', 'fetchedAt', 'stale']);

/** True when the type says where its records come from. */
function isRecord(type: GraphQLObjectType): boolean {
  return type.getInterfaces().some((one) => one.name === 'Record');
}

/** True for a field that the gateway fills without any mapping. */
export function isOwn(type: GraphQLObjectType, field: string): boolean {
  return ownTypes.has(type.name) || ownFields.has(coordinate(type.name, field)) || (ownRecordFields.has(field) && isRecord(type));
}

/** The node type of a connection; undefined for any other type. */
export function nodeTypeOf(type: GraphQLNamedType): GraphQLNamedType | undefined {
  if (!isObjectType(type) || !type.name.endsWith('Connection')) return undefined;
  const edge = type.getFields()['edges'];
  const edgeType = edge && getNamedType(edge.type);
  const node = isObjectType(edgeType) ? edgeType.getFields()['node'] : undefined;
  return node && getNamedType(node.type);
}

/** What a field holds, as far as the planner cares. */
export type FieldForm = 'leaf' | 'connection' | 'list' | 'part';

/** The form of a field, by its type: a connection and a list hold several, a part is one object of the same record. */
export function formOf(type: GraphQLOutputType): FieldForm {
  const named = getNamedType(type);
  if (isScalarType(named) || isEnumType(named)) return 'leaf';
  if (nodeTypeOf(named) !== undefined) return 'connection';
  return holdsList(type) ? 'list' : 'part';
}

function holdsList(type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return holdsList(type.ofType);
  return isListType(type);
}

/** Every field of every object type, introspection's own left out. */
export function* fieldsOf(schema: GraphQLSchema): Generator<{
  readonly type: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly at: Coordinate;
}> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) yield { type, field, at: coordinate(type.name, field.name) };
  }
}

/** The argument of a directive on a definition, as text or a list of texts. */
export function directiveArgument(
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined,
  directive: string,
  argument: string,
): readonly string[] {
  const value = node?.directives?.find((one) => one.name.value === directive)?.arguments?.find((one) => one.name.value === argument)?.value;
  if (value === undefined) return [];
  const values = value.kind === 'ListValue' ? value.values : [value];
  return values.flatMap((one) => ('value' in one && typeof one.value === 'string' ? [one.value] : []));
}

/** True where the directive stands at the field, at the one of an interface that it keeps, or at its type. */
export function isMarked(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, directive: string): boolean {
  const inherited = type.getInterfaces().filter(isInterfaceType).map((one) => one.getFields()[field.name]?.astNode);
  const nodes = [field.astNode, ...inherited, type.astNode, ...type.extensionASTNodes];
  return nodes.some((node) => node?.directives?.some((one) => one.name.value === directive));
}

/** The class of a field: its own, else the one an interface gives it, else its type's. */
export function classOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string | undefined {
  const inherited = type.getInterfaces().filter(isInterfaceType).map((one) => one.getFields()[field.name]?.astNode);
  for (const node of [field.astNode, ...inherited, type.astNode, ...type.extensionASTNodes]) {
    const [named] = directiveArgument(node, 'class', 'is');
    if (named !== undefined) return named;
  }
  return undefined;
}
