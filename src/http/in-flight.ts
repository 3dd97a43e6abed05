import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handler } from './handler.ts';
import { sendError } from './send.ts';
import { leaveUnread } from './unread-body.ts';
import { openWorthwhile } from './worthwhile.ts';

/**
 * Answers so many requests at the same time and no more: whoever would have to wait is told at once to come again, before anything else is
 * looked at. A queue in front would only make everybody late. What several handlers work on is counted together.
 */
export function limitInFlight(most: number): (handle: Handler) => Handler {
  const running = openCount(() => most);
  return (handle) => async (request, response, url) => running.run(request, response, () => handle(request, response, url));
}

/** Places for what is really worked on, which who is slow to send his request does not hold. */
export interface Workplaces {
  /** Refuses what comes while all places are taken, before a token is looked at, so that saying no costs next to nothing. */
  readonly early: (handle: Handler) => Handler;
  /** Takes a place for work, or refuses. */
  readonly work: (request: IncomingMessage, response: ServerResponse, run: () => Promise<void>) => Promise<void>;
  /** How many places there are at the moment. */
  readonly count: () => number;
  readonly close: () => void;
}

/** For each place so many may be here, with their tokens looked at and their bodies on the way: what they send is kept until it is whole. */
const hereForEach = 4;

/** Opens places for so many at most; for fewer while the processor is what is short. */
export function openWorkplaces(most: number): Workplaces {
  const worthwhile = openWorthwhile(most);
  const working = openCount(worthwhile.now);
  const here = limitInFlight(most * hereForEach);
  return {
    early(handle) {
      const limited = here(handle);
      return async (request, response, url) => (working.isFull() ? refuse(request, response) : limited(request, response, url));
    },
    work: working.run,
    count: worthwhile.now,
    close: worthwhile.close,
  };
}

function openCount(most: () => number): { readonly isFull: () => boolean; readonly run: Workplaces['work'] } {
  let running = 0;
  return {
    isFull: () => running >= most(),
    async run(request, response, run) {
      if (running >= most()) return refuse(request, response);
      running += 1;
      try {
        await run();
      } finally {
        running -= 1;
      }
    },
  };
}

async function refuse(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('retry-after', '1');
  await leaveUnread(request, response);
  sendError(response, 503, 'OVERLOADED', 'The gateway has as much to do as it can at the moment; Retry-After tells in how many seconds to ask again.');
}
