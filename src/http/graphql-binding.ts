import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer, type BaseContext, type HTTPGraphQLResponse } from '@apollo/server';
import type { Workplaces } from './in-flight.ts';
import { readBody } from './read-body.ts';
import { requestIdOf } from './request-id.ts';
import { sendError } from './send.ts';
import { sendStoreUnavailable } from './store-unavailable.ts';
import type { ResolveDocument, Resolved } from './trusted-documents.ts';

/** Answers a request with what an Apollo Server says; `context` makes what that server's operations know of it. */
export type GraphqlBinding<Context> = (request: IncomingMessage, response: ServerResponse, search: string, context: () => Promise<Context>) => Promise<void>;

export interface BindingOptions {
  /** Bytes. */
  readonly maxBody: number;
  /** Milliseconds that a body is waited for. */
  readonly patience: number;
  /** Where what is asked for is worked on, once it is here. */
  readonly work: Workplaces['work'];
  /** Finds documents that are told by their ids, and refuses others; undefined where every request is Apollo's as it came. */
  readonly documents: ResolveDocument | undefined;
  /** Told when documents cannot be looked up. */
  readonly onFailure: (error: unknown, requestId: string) => void;
}

/** GraphQL over HTTP: Node's request in, an Apollo Server's answer out. Who may ask is settled outside. */
export function bindGraphql<Context extends BaseContext>(server: ApolloServer<Context>, { maxBody, patience, work, documents, onFailure }: BindingOptions): GraphqlBinding<Context> {
  return async (request, response, search, context) => {
    const read = await readBody(request, maxBody, patience);
    if (read.kind === 'late') {
      response.setHeader('connection', 'close');
      return sendError(response, 408, 'BAD_REQUEST', `The body was not here within ${patience} ms.`);
    }
    if (read.kind === 'tooLarge') {
      // The rest of the body is still on its way; the connection cannot be used again.
      response.setHeader('connection', 'close');
      return sendError(response, 413, 'BAD_REQUEST', `The body is larger than ${maxBody} bytes.`);
    }
    if (read.kind === 'notUtf8') return sendError(response, 400, 'BAD_REQUEST', 'The body is not UTF-8.');
    const body = parseJson(read.text, request.headers['content-type']);
    if (body === notJson) return sendError(response, 400, 'BAD_REQUEST', 'Invalid JSON in the body.');
    await work(request, response, async () => {
      let sent: Resolved;
      const requestId = requestIdOf(response);
      try {
        sent = documents === undefined ? { kind: 'sent', body, search } : await documents({ method: request.method, body, search, requestId });
      } catch (error) {
        onFailure(error, requestId);
        return sendStoreUnavailable(response, requestId);
      }
      if (sent.kind === 'refused') return sendError(response, 400, sent.code, sent.message);
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: request.method ?? 'GET', headers: headersOf(request), search: sent.search, body: sent.body },
        context,
      });
      await send(response, answer);
    });
  };
}

const notJson = Symbol('notJson');

function parseJson(text: string, contentType: string | undefined): unknown {
  // Anything but JSON is left to Apollo, which refuses it with the status that the specification wants.
  if (text === '' || contentType?.toLowerCase().includes('json') !== true) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return notJson;
  }
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

async function send(response: ServerResponse, answer: HTTPGraphQLResponse): Promise<void> {
  if (response.destroyed) return;
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (answer.body.kind === 'complete') {
    response.setHeader('content-length', Buffer.byteLength(answer.body.string));
    response.end(answer.body.string);
    return;
  }
  for await (const chunk of answer.body.asyncIterator) response.write(chunk);
  response.end();
}
