import { z } from 'zod';
import type { Redis } from '../../redis/redis.ts';
import { everything, newToken, tokenName } from './shared-tokens.ts';

/** What is dropped: names, and all names of some scopes. */
export interface Dropped {
  readonly names: readonly string[];
  readonly scopes: readonly string[];
}

/** The other processes that keep rows of the same sources. */
export interface OtherProcesses {
  /** What they keep, each for itself and all together, is dropped. Rejects where nobody knows whether it is. */
  tell(dropped: Dropped): Promise<void>;
  stop(): void;
}

const messageShape = z.strictObject({ names: z.array(z.string()), scopes: z.array(z.string()) });

/**
 * Hears what is dropped, by this process too, and tells it. What they say is sealed, since it names customers' keys; a message that does not open comes of a
 * process with another key, or of nobody: then everything is dropped, as it is after something may have been missed.
 */
export function openOtherProcesses({ redis, drop, dropAll }: {
  readonly redis: Redis;
  readonly drop: (dropped: Dropped) => void;
  readonly dropAll: () => void;
}): OtherProcesses {
  const { seal } = redis;
  const stop = redis.listen({
    told(message) {
      const said = readMessage(seal.open(message, 'dropped'));
      if (said === undefined) {
        dropAll();
        // What is kept together under this key was not dropped by whoever has another one.
        redis.ask('drop', (commands) => commands.put([newToken(tokenName(seal, everything))])).catch(() => undefined);
      } else drop(said);
    },
    missed: dropAll,
  });
  return {
    async tell({ names, scopes }) {
      const message = seal.seal(Buffer.from(JSON.stringify({ names, scopes })), 'dropped');
      await redis.ask('drop', (commands) => commands.drop([...names, ...scopes].map((name) => tokenName(seal, name)), message));
    },
    stop,
  };
}

function readMessage(opened: Buffer | undefined): z.output<typeof messageShape> | undefined {
  return opened === undefined ? undefined : messageShape.safeParse(JSON.parse(opened.toString('utf8'))).data;
}
