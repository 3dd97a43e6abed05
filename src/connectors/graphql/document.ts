import { LRUCache } from 'lru-cache';
import {
  GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString, Kind, KnownFragmentNamesRule, NoFragmentCyclesRule, NoUndefinedVariablesRule,
  NoUnusedFragmentsRule, NoUnusedVariablesRule, OperationTypeNode, parse, print, UniqueFragmentNamesRule, UniqueVariableNamesRule, validate, visit,
  type DocumentNode, type FieldNode, type OperationDefinitionNode, type TypeNode,
} from 'graphql';
import type { Faults } from '../../parse/faults.ts';
import { project, rowFragment } from './project.ts';
import { repeat } from './repeat.ts';

/** A variable that a document declares. */
export interface VariableType {
  /** Of the innermost type, such as `ID`. */
  readonly name: string;
  readonly list: boolean;
  /** True when it may be left out. */
  readonly optional: boolean;
}

/** A query that has been read and found sound, but for what only the source's schema can tell. */
export interface QueryDocument {
  readonly variables: ReadonlyMap<string, VariableType>;
  /** The name under which the one root field answers. */
  readonly root: string;
  /**
   * The query's text, with the fields in the place of `...row`. With `copies`, the root field is there so many times, as
   * `a0`, `a1` and so on, each with an own one of the variable that was declared to be repeated: `value_0`, `value_1`.
   */
  text(fields: readonly string[], copies: number | undefined): string;
}

/** What a document may use: the variables it may declare, and which of them stand for one of several values. */
export interface Usage {
  readonly allowed: readonly string[];
  readonly repeated: readonly string[];
}

/** Reads a query; what is wrong with it becomes faults. */
export function readDocument(source: string, usage: Usage, faults: Faults): QueryDocument | undefined {
  const document = parsed(source, faults);
  const operation = document === undefined ? undefined : lonelyQuery(document, faults);
  const root = operation === undefined ? undefined : lonelyField(operation, faults);
  if (document === undefined || operation === undefined || root === undefined) return undefined;
  checkSense(document, faults);
  const variables = new Map((operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => [
    variable.name.value, { ...typeOf(type), optional: type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined },
  ]));
  for (const name of variables.keys()) {
    if (!usage.allowed.includes(name)) faults.add('', `$${name} has no value here; expected ${usage.allowed.map((each) => `$${each}`).join(', ')}`);
  }
  const repeated = usage.repeated.find((name) => variables.has(name));
  if (repeated !== undefined && usesInFragments(document, repeated)) faults.add('', `$${repeated} must be used in the query itself, not in a fragment`);

  const texts = new LRUCache<string, string>({ max: 200 });
  return {
    variables,
    root: root.alias?.value ?? root.name.value,
    text: (fields, copies) => {
      const signature = [String(copies), ...fields].join(' ');
      const known = texts.get(signature);
      if (known !== undefined) return known;
      const projected = project(document, fields);
      const text = print(copies === undefined || repeated === undefined ? projected : repeat(projected, repeated, copies));
      texts.set(signature, text);
      return text;
    },
  };
}

function parsed(source: string, faults: Faults): DocumentNode | undefined {
  try {
    return parse(source, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [place] = error.locations ?? [];
    faults.add('', `${error.message}${place === undefined ? '' : ` (line ${place.line}, column ${place.column})`}`);
    return undefined;
  }
}

function lonelyQuery(document: DocumentNode, faults: Faults): OperationDefinitionNode | undefined {
  const [operation, ...others] = document.definitions.filter((definition) => definition.kind !== Kind.FRAGMENT_DEFINITION);
  if (operation?.kind === Kind.OPERATION_DEFINITION && operation.operation === OperationTypeNode.QUERY && others.length === 0) return operation;
  faults.add('', 'expected one query, and fragments at most beside it');
  return undefined;
}

function lonelyField({ selectionSet }: OperationDefinitionNode, faults: Faults): FieldNode | undefined {
  const [field, ...others] = selectionSet.selections;
  if (field?.kind === Kind.FIELD && others.length === 0) return field;
  faults.add('', 'expected one field at the root of the query');
  return undefined;
}

const rules = [
  KnownFragmentNamesRule, NoFragmentCyclesRule, NoUndefinedVariablesRule, NoUnusedFragmentsRule, NoUnusedVariablesRule,
  UniqueFragmentNamesRule, UniqueVariableNamesRule,
];

/** What can be checked without the source's schema. */
function checkSense(document: DocumentNode, faults: Faults): void {
  let spreads = 0;
  visit(document, { FragmentSpread: ({ name }) => void (spreads += name.value === rowFragment ? 1 : 0) });
  if (spreads === 0) faults.add('', `expected ...${rowFragment} where the fields of a row belong`);
  if (document.definitions.some((definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === rowFragment)) {
    faults.add('', `the fragment ${rowFragment} stands for what is asked for, and has no definition`);
    return;
  }
  const noSchema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { none: { type: GraphQLString } } }) });
  for (const error of validate(noSchema, project(document, ['none']), rules)) faults.add('', error.message);
}

function typeOf(type: TypeNode): Pick<VariableType, 'name' | 'list'> {
  if (type.kind === Kind.NAMED_TYPE) return { name: type.name.value, list: false };
  const inner = typeOf(type.type);
  return type.kind === Kind.LIST_TYPE ? { ...inner, list: true } : inner;
}

function usesInFragments(document: DocumentNode, name: string): boolean {
  let found = false;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    visit(definition, { Variable: (variable) => void (found ||= variable.name.value === name) });
  }
  return found;
}
