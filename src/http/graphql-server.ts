import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import { GraphQLError, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { documentLimitsRule } from '../operation/document-limits.ts';
import type { Operation } from '../operation/gateway.ts';
import type { OperationLimits } from '../operation/limits.ts';
import { isStoreFailure } from '../errors.ts';
import { openDocumentStore } from './document-store.ts';
import { schemaIsHidden } from './schema-is-hidden.ts';
import { storeUnavailable } from './store-unavailable.ts';
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
  readonly limits: OperationLimits;
  /** Bytes. */
  readonly maxDocuments: number;
  readonly onFailure: (error: unknown, requestId: string) => void;
}): Promise<ApolloServer<RequestContext>> {
  const { schema, introspection, run, limits, maxDocuments, onFailure } = deps;
  const gateway: GatewayInterface = {
    onSchemaLoadOrUpdate(tell) {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    async load() {
      return {
        async executor({ document, operation, request, context }) {
          const { caller, purpose, optOut, requestId, signal, notes } = context as RequestContext;
          // Apollo's type denies it, but of several operations none may be named; it gives this error its code and status.
          const definition = operation as OperationDefinitionNode | undefined;
          if (definition === undefined) return { errors: [new GraphQLError('Name one of the document\'s operations in operationName.')] };
          try {
            const result = await run({
              schema, document, definition, variables: request.variables ?? {}, caller, purpose, optOut, requestId, signal, notes,
            });
            return (result.data === undefined ? refusal(result.errors ?? [], statusOf(result)) : result) as Awaited<ReturnType<GatewayExecutor>>;
          } catch (error) {
            // That the client has gone is no failure.
            if (!signal.aborted || error !== signal.reason) onFailure(error, requestId);
            if (isStoreFailure(error)) {
              const { code, message, retryAfter } = storeUnavailable;
              return refusal([new GraphQLError(message, { extensions: { code, requestId } })], 503, new HeaderMap([['retry-after', retryAfter]]));
            }
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
    // Refused by a rule of our own: Apollo's names itself, and tells how it is configured.
    introspection: true,
    stopOnTerminationSignals: false,
    documentStore: openDocumentStore(maxDocuments),
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationRules: [documentLimitsRule(limits), ...(introspection ? [] : [schemaIsHidden])],
    // Who may not look at the schema is not told by guesses what is in it.
    validationOptions: { hideSuggestions: !introspection },
    logger: silent,
    // A subgraph would tell whoever asks for it which fields took how long.
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled(), ApolloServerPluginUsageReportingDisabled(), ApolloServerPluginLandingPageDisabled()],
  });
  await server.start();
  return server;
}

/** Apollo's own messages name nothing that the access log and `onFailure` do not. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Errors without data. The status travels with them: Apollo gives 400 to all others, whatever the response was told. */
function refusal(errors: readonly GraphQLError[], status: number, headers?: HeaderMap): { readonly errors: GraphQLError[] } {
  return {
    errors: errors.map(({ message, nodes, extensions }) => new GraphQLError(message, { nodes: nodes ?? null, extensions: { ...extensions, http: { status, ...(headers === undefined ? {} : { headers }) } } })),
  };
}

function statusOf(result: ExecutionResult): number {
  const code = result.errors?.[0]?.extensions['code'];
  return code === 'PURPOSE_REQUIRED' || code === 'PURPOSE_NOT_ALLOWED' ? 403 : 400;
}
