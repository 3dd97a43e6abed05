import type { Caller } from '../caller/caller.ts';
import type { Waits } from '../connectors/waits.ts';
import type { Disclosed } from '../federation/federate.ts';
import type { PlannedRoot } from '../federation/plan/plan-roots.ts';

/**
 * What is noted of a request while it is answered, for those who run the gateway. It is read once the answer has left: whoever notes
 * something does no more than keep it.
 */
export interface Notes {
  readonly waits: Waits;
  /** Undefined where it is not traced. */
  readonly trace: OperationTrace | undefined;
  readonly requestId: string;
  caller: Caller | undefined;
  operation: { readonly name: string | undefined; readonly type: string } | undefined;
  /** The codes of what could not be answered. */
  codes: ReadonlySet<string>;
  /** What was decided, for each time that something was. */
  readonly decided: Decided[];
}

/** The place of an operation in a trace. */
export interface OperationTrace {
  /** Where its calls to sources belong, as W3C Trace Context writes it. */
  readonly traceparent: string;
  begin(operation: { readonly name: string | undefined; readonly type: string }): void;
  end(codes: ReadonlySet<string>): void;
}

/** What was decided of an operation: of root fields, and of the customers who were found. */
export interface Decided {
  readonly purpose: string;
  readonly roots: readonly PlannedRoot[];
  readonly disclosed: Disclosed;
}
