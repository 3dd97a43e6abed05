import { SourceError } from '../../errors.ts';
import { codeOf } from '../../thrown.ts';
import type { Call, Connector } from '../connector.ts';
import { guardCalls } from './around.ts';
import type { Observe } from './events.ts';

/**
 * Reports each call to the source, and makes whatever it rejects with a SourceError: after an abort, the one that the
 * signal was aborted with.
 *
 * A programmer's mistake in a connector costs the fields of its source and no others, so it becomes an error of the
 * source too; but it is reported as a defect, and being no fault of the source it is neither retried nor counted.
 */
export function reportCalls(connector: Connector, deps: { readonly clock: () => number; readonly observe: Observe }): Connector {
  const { clock, observe } = deps;
  const { source } = connector;

  const translate = (error: unknown, { signal, requestId }: Call): unknown => {
    if (signal.aborted) return signal.reason;
    if (error instanceof SourceError) return error;
    const defect = isDefect(error);
    if (defect) observe({ kind: 'defect', source, error, requestId });
    // What it says may quote a value.
    const message = `the connector failed: ${error instanceof Error ? error.name : typeof error} ${codeOf(error)}`.trimEnd();
    return new SourceError({ code: 'SOURCE_UNAVAILABLE', source, message, fault: defect ? 'request' : 'source', cause: error });
  };

  return guardCalls(connector, async (send, call, { operation, entity }) => {
    const startedAt = clock();
    const report = (error: unknown): void => {
      const code = error instanceof SourceError ? error.code : undefined;
      observe({ kind: 'call', source, operation, entity, milliseconds: clock() - startedAt, code, error, requestId: call.requestId });
    };
    try {
      const results = await send(call);
      report(undefined);
      return results;
    } catch (error) {
      const failure = translate(error, call);
      report(failure);
      throw failure;
    }
  });
}

/** With a cause, it is the world's failure in the clothes of a mistake, such as fetch's `TypeError: fetch failed`. */
function isDefect(error: unknown): boolean {
  if (!(error instanceof Error) || error.cause !== undefined) return false;
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || error instanceof SyntaxError;
}
