import { MongoServerError } from 'mongodb';
import { saidBy } from '../../servers/mongodb-failure.ts';
import { StoreFailure } from '../../errors.ts';
import { inTime } from '../../in-time.ts';

/** Another document has the same id, or the same of something else that is unique. */
export const duplicateKey = 11000;

/** Gives an operation an end, and its failure words that may be logged. */
export type Within = <Result>(operation: () => Promise<Result>) => Promise<Result>;

/**
 * Limits waits to so many milliseconds. The driver limits every stage of an operation (finding a server, a connection, an answer)
 * and tries some again, so that only a limit around all of it is one.
 */
export function limitWaits(timeout: number): Within {
  return async (operation) => {
    try {
      return await inTime(operation(), timeout, () => new StoreFailure(`the store did not answer within ${timeout} ms`));
    } catch (error) {
      throw failureFrom(error);
    }
  };
}

function failureFrom(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const code = error instanceof MongoServerError && typeof error.code === 'number' ? error.code : undefined;
  return new StoreFailure(`the store: ${saidBy(error)}`, code);
}
