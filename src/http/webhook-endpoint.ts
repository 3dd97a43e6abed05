import type { Webhook } from '../webhooks/open-webhook.ts';
import type { Handler } from './handler.ts';
import { readBytesWithin } from './read-body.ts';
import { refuseEncoded } from './refuse-encoded.ts';
import { sendError, sendJson } from './send.ts';

/** Whoever sends an event has shown nothing before its body is here: so many are listened to at the same time, each for so long and up to so much. */
export const mostEvents = 32;
const patience = 5000;
const largestEvent = 256 * 1024;

/** Takes events of sources: `POST /webhooks/{source}`. What an event says is not believed; it only makes the gateway ask again. */
export function webhookEndpoint(webhooks: ReadonlyMap<string, Webhook>, maxBody: number): Handler {
  const largest = Math.min(maxBody, largestEvent);
  return async (request, response, { pathname }) => {
    const webhook = webhooks.get(pathname.slice('/webhooks/'.length));
    if (webhook === undefined) return sendError(response, 404, 'BAD_REQUEST', 'There is nothing here.');
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return sendError(response, 405, 'BAD_REQUEST', 'Events are posted.');
    }
    if (refuseEncoded(request, response)) return;
    const body = await readBytesWithin(request, largest, patience);
    if (body === undefined || body === 'late') {
      response.setHeader('connection', 'close');
      return body === 'late'
        ? sendError(response, 408, 'BAD_REQUEST', `The body was not here within ${patience / 1000} seconds.`)
        : sendError(response, 413, 'BAD_REQUEST', `The body is larger than ${largest} bytes.`);
    }
    switch (await webhook.receive({ headers: request.headers, body })) {
      case 'dropped': return void response.writeHead(204).end();
      case 'unproven': return sendError(response, 401, 'UNAUTHENTICATED', 'The event does not prove that it comes from the source, or is too old.');
      // Whoever sends events takes anything but 2xx for a failure: it would send this one again, or none any more.
      case 'repeated': return sendJson(response, 200, { status: 'obeyed before' });
      case 'untold':
        response.setHeader('retry-after', '5');
        return sendError(response, 503, 'INTERNAL_SERVER_ERROR', 'Not every process of the gateway could be told; send the event again.');
      case 'unreadable': return sendError(response, 400, 'BAD_REQUEST', 'The event is not JSON of the expected form.');
    }
  };
}
