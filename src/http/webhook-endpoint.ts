import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Webhook } from '../webhooks/open-webhook.ts';
import { readBytes } from './read-body.ts';
import { sendError, sendJson } from './send.ts';

/** Takes events of sources: `POST /webhooks/{source}`. What an event says is not believed; it only makes the gateway ask again. */
export function webhookEndpoint(webhooks: ReadonlyMap<string, Webhook>, maxBody: number): (request: IncomingMessage, response: ServerResponse, source: string) => Promise<void> {
  return async (request, response, source) => {
    const webhook = webhooks.get(source);
    if (webhook === undefined) return sendError(response, 404, 'BAD_REQUEST', 'There is nothing here.');
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return sendError(response, 405, 'BAD_REQUEST', 'Events are posted.');
    }
    const body = await readBytes(request, maxBody);
    if (body === undefined) {
      response.setHeader('connection', 'close');
      return sendError(response, 413, 'BAD_REQUEST', `The body is larger than ${maxBody} bytes.`);
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
