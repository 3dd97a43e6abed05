import type { Handler } from './graphql-endpoint.ts';
import { sendError } from './send.ts';

/**
 * Works on so many requests at the same time and no more: whoever would have to wait is told at once to come again, before a token is looked
 * at. A queue in front would only make everybody late. What several handlers work on is counted together.
 */
export function limitInFlight(most: number): (handle: Handler) => Handler {
  let running = 0;
  return (handle) => async (request, response, url) => {
    if (running >= most) {
      response.setHeader('retry-after', '1');
      // A body may still be on its way, and nobody would read it.
      if (!request.complete) response.setHeader('connection', 'close');
      return sendError(response, 503, 'OVERLOADED', 'The gateway has as much to do as it can at the moment; Retry-After tells in how many seconds to ask again.');
    }
    running += 1;
    try {
      await handle(request, response, url);
    } finally {
      running -= 1;
    }
  };
}
