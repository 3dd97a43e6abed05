import {
  getNamedType, isAbstractType, isLeafType, isObjectType, isRequiredArgument,
  type GraphQLField, type GraphQLObjectType, type GraphQLSchema,
} from 'graphql';
import { coordinate, type Coordinate } from '../ids.ts';
import type { Model } from '../schema/model.ts';
import { nodeTypeOf } from '../schema/shape.ts';
import { isTold } from './told-classes.ts';

/** Objects within objects, beyond which nothing is asked for. */
const maxDepth = 8;
/** Rows that have pages of their own are asked for in small pages: each of them costs reads. */
const pageOfParents = 20;

/** Of a record, what says where it comes from. */
const recordFields: readonly string[] = ['source', 'remoteId', 'fetchedAt', 'stale', 'remoteCreatedAt', 'remoteUpdatedAt'];

/** One step from the customer down to a connection: a part, or one row of a connection, by the cursor before it. */
export type Step =
  | { readonly kind: 'part'; readonly name: string }
  | { readonly kind: 'row'; readonly name: string; readonly after: string | undefined; readonly type: string };

/** Writes the documents of a report: everything of a customer that an audience's schema has. */
export interface ReportDocuments {
  /** `query ($by: CustomerKey!)`: the customer, with the first page of every connection. */
  readonly first: string;
  /** Fields that are not in it, since they want arguments or lie too deep. */
  readonly left: readonly Coordinate[];
  /** Another page of a connection below some steps. */
  readonly page: (steps: readonly Step[], parent: GraphQLObjectType, connection: string, after: string) => string;
}

/** Makes the documents for one schema. `pageSize` is the largest page that may be asked for. */
export function reportDocuments(schema: GraphQLSchema, { classes }: Pick<Model, 'classes'>, pageSize: number): ReportDocuments {
  const left = new Set<Coordinate>();

  const selectionOf = (type: GraphQLObjectType, above: readonly string[]): string => {
    const isRecord = type.getInterfaces().some(({ name }) => name === 'Record');
    return Object.values(type.getFields()).flatMap((field) => {
      if (isRecord && recordFields.includes(field.name)) return [field.name === 'source' ? 'source { key }' : field.name];
      return isTold(classes.get(coordinate(type.name, field.name))) ? [fieldText(type, field, above)] : [];
    }).join(' ');
  };

  const fieldText = (parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, above: readonly string[], after?: string): string => {
    const named = getNamedType(field.type);
    const at = coordinate(parent.name, field.name);
    const node = nodeTypeOf(named);
    const inner = node ?? named;
    const mine = [...above, parent.name];
    // A type within itself would have no end.
    if (!isLeafType(inner) && (mine.length > maxDepth || mine.includes(inner.name))) return skipped(at);
    if (field.args.some((argument) => isRequiredArgument(argument) && argument.name !== 'first')) return skipped(at);
    if (isLeafType(inner)) return field.name;
    const below = isAbstractType(inner)
      ? `__typename ${schema.getPossibleTypes(inner).filter(({ name }) => !mine.includes(name)).map((type) => `... on ${type.name} { ${selectionOf(type, mine)} }`).join(' ')}`
      : `__typename ${isObjectType(inner) ? selectionOf(inner, mine) : ''}`;
    return node === undefined ? `${field.name} { ${below} }` : connectionText(field.name, sizeOf(node), after, below);
  };

  const skipped = (at: Coordinate): string => {
    left.add(at);
    return '';
  };

  const sizeOf = (node: { readonly name: string }): number => {
    const type = schema.getType(node.name);
    const hasPages = isObjectType(type) && Object.values(type.getFields()).some((field) => nodeTypeOf(getNamedType(field.type)) !== undefined);
    return hasPages ? Math.min(pageOfParents, pageSize) : pageSize;
  };

  const customer = schema.getType('Customer');
  if (!isObjectType(customer)) throw new Error('the schema has no customers');
  const accounts = ['completeness { source { key } status }', 'provenance { path source { key } remoteId observedAt }']
    .filter((text) => customer.getFields()[text.split(' ')[0] ?? ''] !== undefined);
  return {
    first: `query AccessReport($by: CustomerKey!) { customer(by: $by) { __typename ${selectionOf(customer, [])} ${accounts.join(' ')} } }`,
    left: [...left],
    page(steps, parent, connection, after) {
      const field = parent.getFields()[connection];
      const wanted = field === undefined ? '' : fieldText(parent, field, [], after);
      const text = steps.reduceRight((below, step) => (step.kind === 'part'
        ? `${step.name} { ${below} }`
        : connectionText(step.name, 1, step.after, `__typename ... on ${step.type} { ${below} }`)), wanted);
      return `query AccessReportPage($by: CustomerKey!) { customer(by: $by) { ${text} } }`;
    },
  };
}

function connectionText(name: string, first: number, after: string | undefined, node: string): string {
  const from = after === undefined ? '' : `, after: ${JSON.stringify(after)}`;
  return `${name}(first: ${first}${from}) { edges { cursor node { ${node} } } pageInfo { hasNextPage endCursor } }`;
}
