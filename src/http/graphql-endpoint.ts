import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer, type HTTPGraphQLResponse } from '@apollo/server';
import { readBody } from './read-body.ts';
import type { RequestContext } from './request-context.ts';
import { sendError } from './send.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** Makes the context of a request, or answers it and gives undefined. */
export type OpenContext = (request: IncomingMessage, response: ServerResponse) => Promise<RequestContext | undefined>;

/**
 * GraphQL over HTTP: Node's request in, Apollo's answer out. Who asks is settled by `open` before the body is read, and with
 * it which audience's server answers.
 */
export function graphqlEndpoint(servers: ReadonlyMap<string, ApolloServer<RequestContext>>, open: OpenContext, maxBody: number): Handler {
  return async (request, response, url) => {
    const context = await open(request, response);
    if (context === undefined) return;
    const server = servers.get(context.caller.audience);
    if (server === undefined) throw new Error('a context was opened for an audience without a schema');
    const read = await readBody(request, maxBody);
    if (read.kind === 'tooLarge') {
      // The rest of the body is still on its way; the connection cannot be used again.
      response.setHeader('connection', 'close');
      return sendError(response, 413, 'BAD_REQUEST', `The body is larger than ${maxBody} bytes.`);
    }
    if (read.kind === 'notUtf8') return sendError(response, 400, 'BAD_REQUEST', 'The body is not UTF-8.');
    const body = parseJson(read.text, request.headers['content-type']);
    if (body === notJson) return sendError(response, 400, 'BAD_REQUEST', 'The body is not JSON.');
    const answer = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers: headersOf(request), search: url.search, body },
      context: async () => context,
    });
    await send(response, answer);
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
