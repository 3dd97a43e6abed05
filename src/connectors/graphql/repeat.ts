import { Kind, visit, type DefinitionNode, type DocumentNode, type NameNode, type SelectionNode, type VariableDefinitionNode } from 'graphql';

/** The name under which the root field of one of the copies answers. */
export const aliasOf = (copy: number): string => `a${copy}`;

/** The name of one copy's own variable. */
export const ownVariable = (name: string, copy: number): string => `${name}_${copy}`;

/** The document with its root field as often as there are copies, each under its own alias and with its own one of the variable. */
export function repeat(document: DocumentNode, variable: string, copies: number): DocumentNode {
  const numbers = Array.from({ length: copies }, (_, copy) => copy);
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
    const variableDefinitions = (definition.variableDefinitions ?? []).flatMap((declared): readonly VariableDefinitionNode[] =>
      declared.variable.name.value === variable ? numbers.map((copy) => renamed(declared, variable, copy)) : [declared],
    );
    const selections = definition.selectionSet.selections.flatMap((root): readonly SelectionNode[] =>
      root.kind === Kind.FIELD ? numbers.map((copy) => ({ ...renamed(root, variable, copy), alias: nameNode(aliasOf(copy)) })) : [root],
    );
    return { ...definition, variableDefinitions, selectionSet: { ...definition.selectionSet, selections } };
  });
  return { ...document, definitions };
}

function renamed<Node extends SelectionNode | VariableDefinitionNode>(node: Node, variable: string, copy: number): Node {
  return visit(node, {
    Variable: (used) => (used.name.value === variable ? { ...used, name: nameNode(ownVariable(variable, copy)) } : undefined),
  });
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
