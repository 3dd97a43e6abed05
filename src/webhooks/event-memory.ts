import { LRUCache } from 'lru-cache';
import type { SourceName } from '../ids.ts';
import type { Redis } from '../redis/redis.ts';

/** Which events of a source were obeyed. With Redis, by whichever process; then both reject while Redis does not answer. */
export interface EventMemory {
  knows(mark: string): Promise<boolean>;
  remember(mark: string): Promise<void>;
}

/** Events that a process remembers by itself, and for how long any is: longer than any source sends one again. */
const most = 20_000;
const remembered = 3 * 86_400_000;

/** Opens it. */
export function openEventMemory({ source, clock, redis }: { readonly source: SourceName; readonly clock: () => number; readonly redis: Redis | undefined }): EventMemory {
  const seen = new LRUCache<string, number>({ max: most });
  const nameOf = ({ seal }: Redis, mark: string): string => seal.name('event', source, mark);
  return {
    async knows(mark) {
      if ((seen.get(mark) ?? -Infinity) > clock()) return true;
      if (redis === undefined) return false;
      const [there] = await redis.ask('event.known', (commands) => commands.values([nameOf(redis, mark)]));
      return (there ?? null) !== null;
    },
    async remember(mark) {
      if (redis !== undefined) await redis.ask('event.remember', (commands) => commands.put([{ name: nameOf(redis, mark), value: '1', keepFor: remembered }]));
      seen.set(mark, clock() + remembered);
    },
  };
}
