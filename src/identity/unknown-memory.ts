import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';

/**
 * Remembers for a short while whom a source does not know, so that asking for somebody who is not there is not a way to
 * make the sources work. It keeps no identifier: only a keyed hash, under a key that dies with the process.
 */
export interface UnknownMemory {
  has(source: string, identifier: string, value: string): boolean;
  note(source: string, identifier: string, value: string): void;
}

const most = 100_000;

/** Opens the memory of one process. `unknownFor` is in milliseconds; zero remembers nothing. */
export function openUnknownMemory(deps: {
  readonly unknownFor: number;
  readonly clock: () => number;
  readonly key: Buffer;
}): UnknownMemory {
  const { unknownFor, clock, key } = deps;
  const until = new LRUCache<string, number>(atMost(most));
  const nameOf = (...parts: readonly string[]): string => createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64');
  return {
    has: (source, identifier, value) => unknownFor > 0 && (until.get(nameOf(source, identifier, value)) ?? 0) > clock(),
    note: (source, identifier, value) => {
      if (unknownFor > 0) until.set(nameOf(source, identifier, value), clock() + unknownFor);
    },
  };
}
