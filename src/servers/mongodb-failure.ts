import { BSON, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';

/** A failure of the driver's in words that hold nothing of what was asked or written: a server's own words, and the driver's, may quote it. */
export function saidBy(error: unknown): string {
  if (error instanceof MongoServerError) return `the server answers ${error.codeName ?? 'with an error'} (${error.code ?? 'no code'})`;
  if (error instanceof BSON.BSONError) return 'the answer cannot be read';
  // These name addresses alone.
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return error.message;
  return error instanceof Error ? `the driver fails with ${error.name}` : 'the driver fails';
}
