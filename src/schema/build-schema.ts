import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildASTSchema, concatAST, GraphQLError, parse, Source, validateSchema, type DocumentNode, type GraphQLSchema } from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import type { Faults } from '../parse/faults.ts';
import { scalarTypes } from './scalars.ts';

/** The SDL files as one schema; faults name the file and line. Undefined when there were any. */
export function buildSchema(
  files: readonly { readonly name: string; readonly text: string }[],
  faultsOf: (file: string) => Faults,
): GraphQLSchema | undefined {
  const documents: DocumentNode[] = [];
  const refused: GraphQLError[] = [];
  const refuse = (error: GraphQLError, file: string): void => {
    refused.push(error);
    // Where two definitions contradict each other, the later one is the deployment's own.
    const node = error.nodes?.at(-1)?.loc;
    const line = node?.startToken.line ?? error.locations?.[0]?.line;
    faultsOf(node?.source.name ?? error.source?.name ?? file).add(line === undefined ? '' : `line ${line}`, error.message);
  };
  for (const { name, text } of files) {
    try {
      documents.push(parse(new Source(text, name)));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      refuse(error, name);
    }
  }
  if (refused.length > 0) return undefined;
  const document = concatAST(documents);
  for (const error of validateSDL(document)) refuse(error, 'schema');
  if (refused.length > 0) return undefined;
  const declared = new Set(document.definitions.flatMap((node) => (node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [])));
  const schema = makeExecutableSchema({
    // As a schema: of a document it would make `Subscription`, which is what a customer pays for, the root of subscriptions.
    typeDefs: buildASTSchema(document, { assumeValidSDL: true }),
    // Their functions alone: a whole type would take the place of the declared one, and its description with it.
    resolvers: Object.fromEntries(
      Object.entries(scalarTypes).filter(([name]) => declared.has(name))
        .map(([name, { serialize, parseValue, parseLiteral }]) => [name, { serialize, parseValue, parseLiteral }]),
    ),
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  });
  for (const error of validateSchema(schema)) refuse(error, 'schema');
  return refused.length > 0 ? undefined : schema;
}
