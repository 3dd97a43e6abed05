import { GraphQLError, type FieldNode, type GraphQLErrorOptions } from 'graphql';

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

/**
 * Puts such errors in their places. An error that stands in many, as in each row of a list, is made once for its field in the
 * document; in each place it is the same with another path.
 */
export function openErrorPlaces(): (error: GraphQLError, fieldNodes: readonly FieldNode[], path: readonly (string | number)[]) => GraphQLError {
  const known = new WeakMap<GraphQLError, WeakMap<readonly FieldNode[], GraphQLError>>();
  return (error, fieldNodes, path) => {
    const ofError = known.get(error) ?? new WeakMap<readonly FieldNode[], GraphQLError>();
    known.set(error, ofError);
    const ofField = ofError.get(fieldNodes) ?? toldError(error.message, { nodes: fieldNodes, extensions: error.extensions });
    ofError.set(fieldNodes, ofField);
    return Object.create(ofField, { path: { value: path, enumerable: true } }) as GraphQLError;
  };
}
