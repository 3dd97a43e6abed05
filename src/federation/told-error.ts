import { GraphQLError, type FieldNode, type GraphQLErrorOptions, type SourceLocation } from 'graphql';

/**
 * An error that clients see and nobody looks for in the code: without a stack, which costs more than the rest of it. A page of
 * customers who did not agree is made of such errors.
 */
export function toldError(message: string, options: GraphQLErrorOptions): GraphQLError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new GraphQLError(message, options);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Puts such errors in their places. Where a field stands in the document is looked up once, and not for each row of a list. */
export function openErrorPlaces(): (error: GraphQLError, fieldNodes: readonly FieldNode[], path: readonly (string | number)[]) => GraphQLError {
  const known = new WeakMap<readonly FieldNode[], readonly SourceLocation[] | undefined>();
  return ({ message, extensions }, fieldNodes, path) => {
    if (known.has(fieldNodes)) {
      const placed = toldError(message, { path, extensions });
      return Object.defineProperty(placed, 'locations', { value: known.get(fieldNodes), enumerable: true });
    }
    const first = toldError(message, { nodes: fieldNodes, path, extensions });
    known.set(fieldNodes, first.locations);
    return first;
  };
}
