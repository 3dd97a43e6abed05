import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import { GraphQLError, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Operation } from '../operation/gateway.ts';
import { openDocumentStore } from './document-store.ts';
import { formatError } from './format-error.ts';
import type { RequestContext } from './request-context.ts';

/**
 * The Apollo Server of one audience's schema. Parsing, validation and the protocol are its own; execution is handed to
 * `run` through the gateway interface, so that a whole operation is planned and decided before any of it is resolved.
 */
export async function startGraphqlServer(deps: {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly run: (operation: Operation) => Promise<ExecutionResult>;
  readonly maxTokens: number;
  /** Bytes. */
  readonly maxDocuments: number;
  readonly onFailure: (error: unknown, requestId: string) => void;
}): Promise<ApolloServer<RequestContext>> {
  const { schema, introspection, run, maxTokens, maxDocuments, onFailure } = deps;
  const gateway: GatewayInterface = {
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    async load() {
      return {
        async executor({ document, operation, request, context }) {
          const { caller, purpose, optOut, requestId, signal } = context as RequestContext;
          // Apollo's type denies it, but of several operations none may be named; it gives this error its code and status.
          const definition = operation as OperationDefinitionNode | undefined;
          if (definition === undefined) return { errors: [new GraphQLError('Name one of the document\'s operations in operationName.')] };
          try {
            const result = await run({
              schema, document, definition, variables: request.variables ?? {}, caller, purpose, optOut, requestId, signal,
            });
            return (result.data === undefined ? refusal(result.errors ?? [], statusOf(result)) : result) as Awaited<ReturnType<GatewayExecutor>>;
          } catch (error) {
            onFailure(error, requestId);
            return refusal([new GraphQLError('internal', { extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } })], 500);
          }
        },
      };
    },
    async stop() {},
  };
  const server = new ApolloServer<RequestContext>({
    gateway,
    formatError,
    includeStacktraceInErrorResponses: false,
    introspection,
    stopOnTerminationSignals: false,
    documentStore: openDocumentStore(maxDocuments),
    parseOptions: { maxLexicalTokens: maxTokens },
    logger: silent,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginUsageReportingDisabled(), ApolloServerPluginLandingPageDisabled()],
  });
  await server.start();
  return server;
}

/** Apollo's own messages name nothing that the access log and `onFailure` do not. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Errors without data. The status travels with them: Apollo gives 400 to all others, whatever the response was told. */
function refusal(errors: readonly GraphQLError[], status: number): { readonly errors: GraphQLError[] } {
  return {
    errors: errors.map(({ message, nodes, extensions }) => new GraphQLError(message, { nodes: nodes ?? null, extensions: { ...extensions, http: { status } } })),
  };
}

function statusOf(result: ExecutionResult): number {
  const code = result.errors?.[0]?.extensions['code'];
  return code === 'PURPOSE_REQUIRED' || code === 'PURPOSE_NOT_ALLOWED' ? 403 : 400;
}
