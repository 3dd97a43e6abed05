import { Kind, visit, type ASTNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { selectRoots, withArguments, type select, type SelectedRoot, type Selecting, type Variables } from './select.ts';

/** How many selections of one document are remembered: one for each combination of values by which they differ. */
const remembered = 100;

/** What is remembered of one operation of one document. */
interface Known {
  readonly schema: Selecting['schema'];
  readonly limits: Selecting['limits'];
  /** The variables that decide on more than the arguments of root fields. */
  readonly deciding: readonly string[];
  readonly roots: LRUCache<string, readonly SelectedRoot[]>;
}

/**
 * Opens selecting once for a document rather than for a request. What is below the root fields is the same object for as long as
 * nothing that decides on it differs, so that what follows from it can be remembered by it. Whom a request is about stands in
 * the arguments of root fields, which are read anew.
 */
export function openSelect(): typeof select {
  const operations = new WeakMap<OperationDefinitionNode, Known>();
  return (input) => {
    const { schema, document, operation, variables, limits } = input;
    let known = operations.get(operation);
    if (known?.schema !== schema || known.limits !== limits) {
      known = { schema, limits, deciding: decidingVariables(document, operation), roots: new LRUCache({ max: remembered }) };
      operations.set(operation, known);
    }
    const key = valuesOf(known.deciding, variables);
    let roots = known.roots.get(key);
    if (roots === undefined) known.roots.set(key, roots = selectRoots(input));
    return roots.map((root) => withArguments(root, variables));
  };
}

/** Fragments count whole, whether the operation spreads them or not. */
function decidingVariables(document: DocumentNode, { selectionSet }: OperationDefinitionNode): readonly string[] {
  const belowRoots = selectionSet.selections.flatMap((one): readonly (ASTNode | undefined)[] => (one.kind === Kind.FIELD ? [...one.directives ?? [], one.selectionSet] : [one]));
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const names = new Set<string>();
  for (const part of [...belowRoots, ...fragments]) if (part !== undefined) visit(part, { Variable: ({ name }) => void names.add(name.value) });
  return [...names];
}

/** One text for the values of these variables; one that is not given is not null. */
function valuesOf(names: readonly string[], variables: Variables): string {
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => (Object.hasOwn(variables, name) ? [variables[name]] : [])));
}
