import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Webhook } from '../webhooks/open-webhook.ts';
import type { Handler } from './handler.ts';
import { readBytesWithin } from './read-body.ts';
import { refuseEncoded } from './refuse-encoded.ts';
import { sendError, sendJson } from './send.ts';
import { leaveUnread } from './unread-body.ts';

/** What a sender shows in headers may be made up, so that nothing is proven before the body is here: so many are listened to at the same time, each for so long and up to so much. */
export const mostEvents = 32;
const patience = 5000;
const largestEvent = 256 * 1024;

/** Takes events of sources: `POST /webhooks/{source}`. What an event says is not believed; it only makes the gateway ask again. */
export function webhookEndpoint(webhooks: ReadonlyMap<string, Webhook>, maxBody: number, limit: (handle: Handler) => Handler): Handler {
  const largest = Math.min(maxBody, largestEvent);
  return async (request, response, url) => {
    const webhook = webhooks.get(url.pathname.slice('/webhooks/'.length));
    if (webhook === undefined) return sendError(response, 404, 'BAD_REQUEST', 'There is nothing here.');
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return sendError(response, 405, 'BAD_REQUEST', 'Events are posted.');
    }
    if (refuseEncoded(request, response)) return;
    // Before a place is taken, so that who knows no secret keeps no event out.
    if (!webhook.mayProve(request.headers)) {
      await leaveUnread(request, response);
      return refuseUnproven(response);
    }
    return limit(() => listen(webhook, request, response, largest))(request, response, url);
  };
}

async function listen(webhook: Webhook, request: IncomingMessage, response: ServerResponse, largest: number): Promise<void> {
  const body = await readBytesWithin(request, largest, patience);
  if (body === undefined || body === 'late') {
    response.setHeader('connection', 'close');
    return body === 'late'
      ? sendError(response, 408, 'BAD_REQUEST', `The body was not here within ${patience / 1000} seconds.`)
      : sendError(response, 413, 'BAD_REQUEST', `The body is larger than ${largest} bytes.`);
  }
  switch (await webhook.receive({ headers: request.headers, body })) {
    case 'dropped': return void response.writeHead(204).end();
    case 'unproven': return refuseUnproven(response);
    // Whoever sends events takes anything but 2xx for a failure: it would send this one again, or none any more.
    case 'repeated': return sendJson(response, 200, { status: 'obeyed before' });
    case 'untold':
      response.setHeader('retry-after', '5');
      return sendError(response, 503, 'INTERNAL_SERVER_ERROR', 'Not every process of the gateway could be told; send the event again.');
    case 'unreadable': return sendError(response, 400, 'BAD_REQUEST', 'The event is not JSON of the expected form.');
  }
}

function refuseUnproven(response: ServerResponse): void {
  sendError(response, 401, 'UNAUTHENTICATED', 'The event does not prove that it comes from the source, or is too old.');
}
