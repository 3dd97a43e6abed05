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

const placed = new WeakMap<GraphQLError, WeakMap<object, GraphQLError>>();

/**
 * Puts such an error in its place. One that stands in many, as in each row of a list, is made once for its field in the document, whoever
 * asks with it; in each place it is the same with another path.
 */
export function placeError(error: GraphQLError, fieldNodes: readonly FieldNode[], path: readonly (string | number)[]): GraphQLError {
  const ofError = placed.get(error) ?? new WeakMap<object, GraphQLError>();
  placed.set(error, ofError);
  // The executor makes the list of nodes anew for each request.
  const [node, another] = fieldNodes;
  const field = node === undefined || another !== undefined ? fieldNodes : node;
  const ofField = ofError.get(field) ?? toldError(error.message, { nodes: fieldNodes, extensions: error.extensions });
  ofError.set(field, ofField);
  return Object.create(ofField, { path: { value: path, enumerable: true } }) as GraphQLError;
}
