import {
  GraphQLError, Kind, parse, print, visit,
  type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode, type TypeNode, type VariableDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Faults } from '../../parse/faults.ts';

/** A query of the deployment's, in which `...row` stands for the fields that a call asks for. */
export interface GraphqlDocument {
  /** The variables that it declares, with the name of their innermost type. */
  readonly variables: ReadonlyMap<string, string>;
  /** The name under which the only root field answers; undefined when there are several. */
  readonly root: string | undefined;
  /** The query for these fields. */
  print(fields: readonly string[]): string;
  /** The query for these fields with the root field once for each of `count` values, as `a0`, `a1`, …; variables likewise. */
  printAliased(fields: readonly string[], count: number, perAlias: ReadonlySet<string>): string;
}

/** A document has few forms in use at a time: one for each selection that clients make. */
const formsKept = 500;

/** Parses a query and checks what it may name; what is wrong becomes faults. */
export function compileDocument(text: string, allowed: ReadonlySet<string>, faults: Faults): GraphqlDocument | undefined {
  const document = parsed(text, faults);
  const [operation, ...others] = document?.definitions ?? [];
  if (document === undefined || operation === undefined) return undefined;
  if (operation.kind !== Kind.OPERATION_DEFINITION || others.length > 0 || operation.operation !== 'query') {
    faults.add('query', 'expected one query and nothing else; the fragment "row" is filled in');
    return undefined;
  }
  const variables = new Map((operation.variableDefinitions ?? []).map((one) => [one.variable.name.value, innermost(one.type)]));
  for (const name of variables.keys()) {
    if (!allowed.has(name)) faults.add('query', `unknown variable $${name}; expected ${[...allowed].map((one) => `$${one}`).join(', ')}`);
  }
  if (!spreadsIn(document).includes('row')) faults.add('query', 'expected "...row" where the fields of a row are selected');
  for (const name of spreadsIn(document)) if (name !== 'row') faults.add('query', `unknown fragment "${name}"; expected "...row"`);
  const roots = operation.selectionSet.selections;
  const [root] = roots;
  const only = roots.length === 1 && root?.kind === Kind.FIELD ? root : undefined;
  const forms = new LRUCache<string, string>({ max: formsKept });
  const remembered = (key: string, make: () => string): string => {
    const known = forms.get(key) ?? make();
    forms.set(key, known);
    return known;
  };
  return {
    variables,
    root: only && (only.alias?.value ?? only.name.value),
    print: (fields) => remembered(JSON.stringify(fields), () => print(withRow(document, fields))),
    printAliased: (fields, count, perAlias) => {
      if (only === undefined) throw new TypeError('only a query with one root field can be asked for several values at once');
      return remembered(JSON.stringify([count, fields]), () => print(withRow(aliased(operation, only, count, perAlias), fields)));
    },
  };
}

function parsed(text: string, faults: Faults): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    faults.add('query', error.message);
    return undefined;
  }
}

function innermost(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : innermost(type.type);
}

function spreadsIn(document: DocumentNode): readonly string[] {
  const names: string[] = [];
  visit(document, { FragmentSpread: ({ name }) => void names.push(name.value) });
  return names;
}

function withRow(document: DocumentNode, fields: readonly string[]): DocumentNode {
  const { selections } = selectionOf(fields);
  return visit(document, {
    SelectionSet: (node) => ({
      ...node,
      selections: node.selections.flatMap((one) => (one.kind === Kind.FRAGMENT_SPREAD ? selections : [one])),
    }),
  });
}

/** `['id', 'requester.id']` → `{ id requester { id } }`. */
function selectionOf(fields: readonly string[]): SelectionSetNode {
  const below = new Map<string, string[]>();
  for (const field of fields) {
    const [first = '', ...rest] = field.split('.');
    const inner = below.get(first) ?? [];
    if (rest.length > 0) inner.push(rest.join('.'));
    below.set(first, inner);
  }
  return {
    kind: Kind.SELECTION_SET,
    selections: [...below].map(([name, inner]): FieldNode => ({
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: name },
      ...(inner.length === 0 ? {} : { selectionSet: selectionOf(inner) }),
    })),
  };
}

/** The name of a variable for one of several values. */
export function aliasedVariable(name: string, index: number): string {
  return `${name}_${index}`;
}

function aliased(operation: OperationDefinitionNode, root: FieldNode, count: number, perAlias: ReadonlySet<string>): DocumentNode {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const renamed = (node: FieldNode, index: number): FieldNode => ({
    ...visit(node, {
      Variable: ({ kind, name }) => (perAlias.has(name.value) ? { kind, name: { ...name, value: aliasedVariable(name.value, index) } } : undefined),
    }),
    alias: { kind: Kind.NAME, value: `a${index}` },
  });
  const variableDefinitions = (operation.variableDefinitions ?? []).flatMap((one): VariableDefinitionNode[] => {
    const { name } = one.variable;
    if (!perAlias.has(name.value)) return [one];
    return indexes.map((index) => ({ ...one, variable: { ...one.variable, name: { ...name, value: aliasedVariable(name.value, index) } } }));
  });
  const selections = indexes.map((index) => renamed(root, index));
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions, selectionSet: { kind: Kind.SELECTION_SET, selections } }],
  };
}
