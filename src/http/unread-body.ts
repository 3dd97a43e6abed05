import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** For an answer that comes without reading the body: where that is still on its way the connection is of no more use, since nobody would read it. */
export async function leaveUnread(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A small body has come with the headers, and is seen a moment after them: whoever has to connect anew for each refusal makes it dear for both.
  await setImmediate();
  if (!request.complete) response.setHeader('connection', 'close');
}
