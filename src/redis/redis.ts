import type { RedisOperation } from './events.ts';
import type { Seal } from './seal.ts';

/** One value to be kept for so long, in milliseconds. */
export interface Put {
  readonly name: string;
  readonly value: string | Buffer;
  readonly keepFor: number;
}

/** What can be asked. Each goes over the wire together with what else is asked in the same turn. */
export interface Commands {
  /** One value for each name, in their order; null where there is none. */
  values(names: readonly string[]): Promise<readonly (Buffer | null)[]>;
  /** Puts each where nothing is yet; gives what is there then, in their order. */
  claim(puts: readonly Put[]): Promise<readonly Buffer[]>;
  /** Puts each, whatever was there, and lets what `longer` names live as long as said. */
  put(puts: readonly Put[], longer?: readonly Omit<Put, 'value'>[]): Promise<void>;
  /** Lets go of names and tells all processes, both or neither. */
  drop(names: readonly string[], message: Buffer): Promise<void>;
  run(script: string, names: readonly string[], values: readonly string[]): Promise<unknown>;
}

/** What a process hears of the others. */
export interface Listener {
  /** Somebody, this process too, has told something. What was told before an answer was made is heard before the answer. */
  readonly told: (message: Buffer) => void;
  /** Something may have been told that was not heard. */
  readonly missed: () => void;
}

/**
 * Memory that several processes share, and that may be gone at any moment, with or without what is in it.
 *
 * - What is asked has an answer, or rejects with a `RedisError`, within the given time; at once while Redis is known not to answer.
 * - One connection carries answers and what others tell, so the order of both is that in which Redis has done them.
 * - Nothing is asked again by itself, and nothing waits for a connection that is not there.
 */
export interface Redis {
  readonly seal: Seal;
  /** Whether it answers, as far as is known. */
  isUp(): boolean;
  ask<Answer>(operation: RedisOperation, ask: (commands: Commands) => Promise<Answer>, within?: number): Promise<Answer>;
  /** Gives what ends it. */
  listen(listener: Listener): () => void;
  /** Twice is safe. */
  close(): void;
}

/** Redis did not do what it was asked, or nobody knows whether it did. */
export class RedisError extends Error {
  readonly code: 'DOWN' | 'TIMEOUT' | 'ERROR';

  constructor(code: RedisError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RedisError';
    this.code = code;
  }
}
