import { BSON, MongoServerError } from 'mongodb';
import { messageOf } from '../thrown.ts';

/** A failure of the driver's in words that hold nothing of what was asked or written: a server's own words may quote it. */
export function saidBy(error: unknown): string {
  if (error instanceof MongoServerError) return `the server answers ${error.codeName ?? 'with an error'} (${error.code ?? 'no code'})`;
  return error instanceof BSON.BSONError ? 'the answer cannot be read' : messageOf(error);
}
