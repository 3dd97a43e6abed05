import type { ExecutionResult } from 'graphql';
import type { ErrorCode } from '../errors.ts';
import type { Operation } from './gateway.ts';

/** Notes of each operation what it is, and the codes of what it could not answer. */
export function noted(run: (operation: Operation) => Promise<ExecutionResult>): (operation: Operation) => Promise<ExecutionResult> {
  return async (operation) => {
    const { notes, definition } = operation;
    if (notes === undefined) return run(operation);
    notes.operation = { name: definition.name?.value, type: definition.operation };
    notes.codes = failed;
    notes.trace?.begin(notes.operation);
    try {
      const result = await run(operation);
      notes.codes = new Set(result.errors?.map(({ extensions }) => String(extensions['code'])));
      return result;
    } finally {
      notes.trace?.end(notes.codes);
    }
  };
}

/** Stands until there is a result. */
const failed: ReadonlySet<string> = new Set<ErrorCode>(['INTERNAL_SERVER_ERROR']);
