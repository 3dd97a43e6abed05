import { Kind, visit, type DocumentNode, type FieldNode, type SelectionNode } from 'graphql';

/** The fragment that stands for the fields of a row. */
export const rowFragment = 'row';

/** The document with the fields, as dotted paths, in the place of `...row`. A field that already stands beside it is left as it is. */
export function project(document: DocumentNode, fields: readonly string[]): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave: (set) => {
        const own = set.selections.filter((selection) => !isRow(selection));
        if (own.length === set.selections.length) return undefined;
        const present = new Set(own.map((selection) => (selection.kind === Kind.FIELD ? selection.alias ?? selection.name : undefined)?.value));
        const added = selectionsOf(fields.filter((field) => !present.has(field.split('.')[0])));
        return { ...set, selections: [...own, ...added] };
      },
    },
  });
}

function isRow(selection: SelectionNode): boolean {
  return selection.kind === Kind.FRAGMENT_SPREAD && selection.name.value === rowFragment;
}

/** A path and a longer one that goes through it ask for the same field: only the longer one can be written. */
function selectionsOf(paths: readonly string[]): readonly FieldNode[] {
  const below = Map.groupBy(paths.map((path) => path.split('.')), ([head = '']) => head);
  return [...below].map(([name, tails]): FieldNode => {
    const inner = selectionsOf(tails.filter((tail) => tail.length > 1).map((tail) => tail.slice(1).join('.')));
    return {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: name },
      ...(inner.length === 0 ? {} : { selectionSet: { kind: Kind.SELECTION_SET, selections: inner } }),
    };
  });
}
