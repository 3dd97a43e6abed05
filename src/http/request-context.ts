import type { BaseContext } from '@apollo/server';
import type { Caller } from '../caller/caller.ts';
import type { PurposeChoice } from '../caller/purpose.ts';
import type { Notes } from '../operation/notes.ts';

/** What the binding knows of a request before GraphQL sees it. */
export interface RequestContext extends BaseContext {
  readonly caller: Caller;
  readonly purpose: PurposeChoice;
  /** Whether the customer who asks has objected by Global Privacy Control. */
  readonly optOut: boolean;
  readonly requestId: string;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  readonly notes?: Notes | undefined;
}
