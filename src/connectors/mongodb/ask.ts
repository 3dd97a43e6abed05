import type { Document } from 'mongodb';
import type { Call } from '../connector.ts';
import type { SourceError } from '../../errors.ts';
import type { Fail } from '../failure.ts';
import type { Database } from './database.ts';
import { saidBy } from '../../servers/mongodb-failure.ts';
import { diagnose } from './diagnose.ts';
import type { Question } from './questions.ts';

/** Asks within a call's time. Rejects with a SourceError; `label` is the operation as operators know it. */
export type Ask = (label: string, question: Question, call: Call) => Promise<readonly Document[]>;

/** A database that is asked within time limits. */
export interface Asking {
  readonly ask: Ask;
  /** Ends the calls under way, then the connections. */
  close(): Promise<void>;
}

const longestTimer = 2 ** 31 - 1;

/** Opens a database for asking. */
export function openAsking({ database, fail, clock }: { readonly database: Database; readonly fail: Fail; readonly clock: () => number }): Asking {
  const closing = new AbortController();
  const isClosed = (): boolean => closing.signal.aborted;
  return {
    ask: async (label, question, call) => {
      const left = Math.min(Math.ceil(call.deadline - clock()), longestTimer);
      if (isClosed()) throw fail('SOURCE_UNAVAILABLE', `${label}: the source is closed`);
      if (left <= 0 || call.signal.aborted) throw fail('SOURCE_TIMEOUT', `${label}: the time was up before the call`);
      const end = AbortSignal.any([closing.signal, call.signal, AbortSignal.timeout(left)]);
      try {
        return await database.find(question, left, end);
      } catch (error) {
        if (isClosed()) throw fail('SOURCE_UNAVAILABLE', `${label}: the source is closed`);
        if (end.aborted) throw fail('SOURCE_TIMEOUT', `${label}: no answer in time`);
        throw failureFor(error, label, fail);
      }
    },
    close: async () => {
      closing.abort();
      await database.close();
    },
  };
}

/** What a server says may quote the values it was asked for, and they are a customer's: of that only the name and code are kept. */
function failureFor(error: unknown, label: string, fail: Fail): SourceError {
  const said = `${label}: ${saidBy(error)}`;
  switch (diagnose(error)) {
    case 'ended':
      return fail('SOURCE_TIMEOUT', said);
    case 'overloaded':
      return fail('SOURCE_RATE_LIMITED', said);
    case 'question':
      return fail('SOURCE_UNAVAILABLE', said, { fault: 'request' });
    case 'malformed':
      return fail('SOURCE_MALFORMED', said);
    case 'unreachable':
      return fail('SOURCE_UNAVAILABLE', said);
  }
}
