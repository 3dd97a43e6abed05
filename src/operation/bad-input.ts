import { BREAK, GraphQLError, Kind, visit, type OperationDefinitionNode } from 'graphql';

/** What is wrong with a variable as clients see it, with the argument that it is for. */
export function badInput(error: GraphQLError, definition: OperationDefinitionNode): GraphQLError {
  const [node] = error.nodes ?? [];
  const argumentPath = node?.kind === Kind.VARIABLE_DEFINITION ? argumentOf(node.variable.name.value, definition) : undefined;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null, extensions: { code: 'BAD_USER_INPUT', ...(argumentPath === undefined ? {} : { argumentPath }) },
  });
}

/** Where an operation uses a variable first: the argument, and the members of an input below it. In fragments it is not looked for. */
function argumentOf(variable: string, definition: OperationDefinitionNode): readonly string[] | undefined {
  let found: readonly string[] | undefined;
  visit(definition, {
    Variable(node, _key, parent, _path, ancestors) {
      if (node.name.value !== variable) return undefined;
      const names = [...ancestors, parent].flatMap((one) => (one !== undefined && 'kind' in one && (one.kind === Kind.ARGUMENT || one.kind === Kind.OBJECT_FIELD) ? [one.name.value] : []));
      if (names.length === 0) return undefined;
      found = names;
      return BREAK;
    },
  });
  return found;
}
