import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from './request-context.ts';
import { startGraphqlServer } from './graphql-server.ts';

/** A GraphQL request as a client would send it. */
export interface DocumentRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
}

/**
 * Takes a request the way that it would take in a serving gateway, without a network: parsed, bounded and validated by the
 * audience's server, handed to `run`, and with the errors that a client would get. Rejects where `run` failed.
 */
export async function runDocument(
  server: Omit<Parameters<typeof startGraphqlServer>[0], 'onFailure'>,
  request: DocumentRequest,
  context: Pick<RequestContext, 'caller' | 'purpose'>,
): Promise<readonly GraphQLFormattedError[]> {
  const failures: unknown[] = [];
  const started = await startGraphqlServer({ ...server, onFailure: (error) => void failures.push(error) });
  try {
    const { query, variables = {}, operationName } = request;
    const { body } = await started.executeOperation(
      { query, variables: { ...variables }, ...(operationName === undefined ? {} : { operationName }) },
      { contextValue: { ...context, optOut: false, requestId: '', signal: new AbortController().signal } },
    );
    if (failures.length > 0) throw failures[0];
    return body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
  } finally {
    await started.stop();
  }
}
