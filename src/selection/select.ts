import {
  getArgumentValues, getDirectiveValues, getNamedType, GraphQLError, GraphQLIncludeDirective, GraphQLSkipDirective, isAbstractType, isObjectType, Kind,
  TypeNameMetaFieldDef, typeFromAST, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLField, type GraphQLObjectType, type GraphQLSchema,
  type OperationDefinitionNode, type SelectionNode,
} from 'graphql';
import { ClientError } from '../errors.ts';
import { coordinate, type Coordinate } from '../ids.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** One response key of one object type, with everything selected below it; fragments and repeated fields are merged. `__typename` is one, but not at the root. */
export interface SelectedField {
  readonly responseKey: string;
  readonly name: string;
  readonly at: Coordinate;
  /** The field's named type. */
  readonly type: string;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Where it is selected in the document. */
  readonly nodes: readonly FieldNode[];
  /** Defaults filled in. */
  readonly arguments: Variables;
  /** By possible object type: what an object of that type would be asked for. */
  readonly below: ReadonlyMap<string, readonly SelectedField[]>;
}

export interface SelectionLimits {
  readonly depth: number;
  readonly fields: number;
}

export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Coerced. */
  readonly variables: Variables;
  readonly limits: SelectionLimits;
}

/** A root field without its arguments. */
export interface SelectedRoot {
  readonly node: FieldNode;
  readonly field: Omit<SelectedField, 'arguments'>;
}

/** What an operation selects. */
export function select(input: Selecting): readonly SelectedField[] {
  return selectRoots(input).map((root) => withArguments(root, input.variables));
}

/** A root field with the arguments that the variables give it. */
export function withArguments({ node, field }: SelectedRoot, variables: Variables): SelectedField {
  return { ...field, arguments: argumentsOf(field.definition, node, variables) };
}

/**
 * What an operation selects, by the rules of the GraphQL specification (6.3.2), introspection left out.
 *
 * Each object type that can stand at a place has a selection of its own, so that a rule for one member of an interface is
 * never read from another. Work is bounded by `limits` while it is done, so that nested fragments cannot multiply unseen.
 */
export function selectRoots({ schema, document, operation, variables, limits }: Selecting): readonly SelectedRoot[] {
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));
  const collect = makeCollect(schema, fragments, variables);
  let count = 0;

  const rootsOf = (type: GraphQLObjectType, selections: readonly SelectionNode[], depth: number): readonly SelectedRoot[] => {
    if (depth > limits.depth) throw exceeded('depth', 'levels of fields', limits.depth);
    const grouped = new Map<string, FieldNode[]>();
    collect(type, selections, grouped, new Set());
    return [...grouped].flatMap(([responseKey, nodes]) => {
      const [node] = nodes;
      const definition = node?.name.value === TypeNameMetaFieldDef.name && depth > 1 ? TypeNameMetaFieldDef : node && type.getFields()[node.name.value];
      if (node === undefined || definition === undefined) return [];
      if (definition !== TypeNameMetaFieldDef && ++count > limits.fields) throw exceeded('fields', 'selected fields', limits.fields);
      const named = getNamedType(definition.type);
      const possible = isObjectType(named) ? [named] : isAbstractType(named) ? schema.getPossibleTypes(named) : [];
      const inner = nodes.flatMap((one) => one.selectionSet?.selections ?? []);
      const below = new Map(possible.map((object) => [object.name, fieldsOf(object, inner, depth + 1)]));
      const at = coordinate(type.name, definition.name);
      return [{ node, field: { responseKey, name: definition.name, at, type: named.name, definition, nodes, below } }];
    });
  };
  const fieldsOf = (...place: Parameters<typeof rootsOf>): readonly SelectedField[] => rootsOf(...place).map((one) => withArguments(one, variables));

  const root = schema.getRootType(operation.operation);
  if (!root) throw new ClientError('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation.operation}.`);
  return rootsOf(root, operation.selectionSet.selections, 1);
}

/**
 * The arguments of a field. Some mistakes only show here: a variable that may be null where the argument may not, or that is
 * not there where one member of an input must be.
 */
function argumentsOf(definition: SelectedField['definition'], node: FieldNode, variables: Variables): Variables {
  if (definition.args.length === 0) return {};
  try {
    return getArgumentValues(definition, node, variables);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const wrong = node.arguments?.find(({ value }) => value === error.nodes?.[0])?.name.value;
    // GraphQL's own message repeats the argument, which may name a customer.
    throw new ClientError('BAD_USER_INPUT', `${wrong ?? definition.name}: what the variables give is not of its type.`, wrong === undefined ? {} : { argumentPath: [wrong] });
  }
}

type Collect = (type: GraphQLObjectType, selections: readonly SelectionNode[], into: Map<string, FieldNode[]>, visited: Set<string>) => void;

function makeCollect(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>, variables: Variables): Collect {
  const included = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
  const collect: Collect = (type, selections, into, visited) => {
    for (const node of selections) {
      if (!included(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const same = into.get(key);
        if (same === undefined) into.set(key, [node]);
        else same.push(node);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(node.name.value)) continue;
        visited.add(node.name.value);
      }
      if (fragment !== undefined && applies(schema, fragment, type)) collect(type, fragment.selectionSet.selections, into, visited);
    }
  };
  return collect;
}

function applies(schema: GraphQLSchema, fragment: Pick<FragmentDefinitionNode, 'typeCondition'> | { readonly typeCondition?: undefined }, type: GraphQLObjectType): boolean {
  if (fragment.typeCondition === undefined) return true;
  const condition = typeFromAST(schema, fragment.typeCondition);
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}

/** What an operation has too much of; how much it has is not always counted to its end. */
export function exceeded(limit: string, what: string, allowed: number, got?: number): ClientError {
  const counted = got === undefined ? {} : { got };
  return new ClientError('COST_LIMIT_EXCEEDED', `The operation has ${got ?? `more than ${allowed}`} ${what}; ${allowed} are allowed.`, { limit, ...counted, allowed });
}
