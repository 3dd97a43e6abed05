import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError } from './send.ts';

const json = /^\s*application\/json\s*(;|$)/i;
/** Also the types that are built upon JSON, none of which a web page could send without asking first. */
const likeJson = /^\s*[\w.-]+\/([\w.-]+\+)?json\s*(;|$)/i;
/** A browser asks before it sends one of these, so that no page of another site has sent it. */
const unlikePages = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/**
 * Answers a request whose method or content type is not for GraphQL, or that a page of another site could have sent, and tells whether it did.
 * Apollo refuses them as well, but in its own name, and some with a status that says something else.
 */
export function refuseForm({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  const type = headers['content-type'];
  const refuse = (status: number, message: string): true => {
    sendError(response, status, 'BAD_REQUEST', message);
    return true;
  };
  switch (method) {
    case 'GET':
      if (type !== undefined) return !json.test(type) && refuse(415, 'A GET has no content type but application/json.');
      return unlikePages.every((name) => (headers[name] ?? '') === '') && refuse(400, 'A page of another site could have sent this. Send Content-Type: application/json with a GET, or use POST.');
    case 'POST':
      return !likeJson.test(type ?? '') && refuse(415, 'Content-Type: expected application/json with a POST.');
    default:
      response.setHeader('allow', 'GET, POST');
      return refuse(405, 'GraphQL is asked by POST, or by GET.');
  }
}
