import type { ServerResponse } from 'node:http';

/** What answers requests, and how it is let go. */
export interface Served<Part> {
  readonly part: Part;
  readonly close: () => Promise<void>;
}

/** What answers requests, and can be exchanged while it does. */
export interface Serving<Part> {
  current(): Part;
  /** What a request that begins now is answered by, until its response has left or its connection is gone. */
  begin(response: ServerResponse): Part;
  /** From now on `next` answers; what answered before is let go after its last request. */
  exchange(next: Served<Part>): void;
  /** Lets go of all, once nothing begins any more. */
  close(): Promise<void>;
}

interface Counted<Part> extends Served<Part> {
  requests: number;
}

/** Opens it with what answers first. */
export function openServing<Part>(first: Served<Part>, onFailure: (error: unknown) => void): Serving<Part> {
  let current: Counted<Part> = { ...first, requests: 0 };
  const ending = new Set<Promise<void>>();
  const older = new Set<Counted<Part>>();
  const letGo = (one: Counted<Part>): void => {
    older.delete(one);
    const end: Promise<void> = one.close().catch(onFailure).finally(() => ending.delete(end));
    ending.add(end);
  };
  return {
    current: () => current.part,
    begin(response) {
      const taken = current;
      taken.requests += 1;
      response.once('close', () => {
        taken.requests -= 1;
        if (taken.requests === 0 && older.has(taken)) letGo(taken);
      });
      return taken.part;
    },
    exchange(next) {
      const before = current;
      current = { ...next, requests: 0 };
      older.add(before);
      if (before.requests === 0) letGo(before);
    },
    async close() {
      for (const one of [...older, current]) letGo(one);
      await Promise.all(ending);
    },
  };
}
