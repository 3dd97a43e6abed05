import { BSON, MongoErrorLabel, MongoServerError } from 'mongodb';

/** What a failure of the driver's means: the server ended the operation, is asked too much, refuses what was asked, or is not to be had. */
export type Diagnosis = 'ended' | 'overloaded' | 'question' | 'malformed' | 'unreachable';

/** MaxTimeMSExpired, ExceededTimeLimit. */
const ended = [50, 262];
/** Cosmos DB's TooManyRequests. */
const overloaded = [16500];
/** BadValue, FailedToParse, TypeMismatch, NotImplemented. */
const question = [2, 9, 14, 238];

/** Tells the failures of the driver apart, by class and code. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof MongoServerError) {
    const { code } = error;
    if (typeof code === 'number' && ended.includes(code)) return 'ended';
    if (typeof code === 'number' && question.includes(code)) return 'question';
    return (typeof code === 'number' && overloaded.includes(code)) || error.hasErrorLabel(MongoErrorLabel.SystemOverloadedError) ? 'overloaded' : 'unreachable';
  }
  // Texts are checked before they are sent, so what cannot be read or written as BSON is the server's.
  return error instanceof BSON.BSONError ? 'malformed' : 'unreachable';
}
