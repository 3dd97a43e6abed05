import { Kind, parse, type ExecutionResult } from 'graphql';
import { makeReport, type Reported } from '../report/make-report.ts';
import type { Gateway, Operation } from './gateway.ts';

/** What guards against clients' documents does not count for one that the gateway writes itself; its own bounds are in `reportDocuments`. */
const ownLimits = { depth: 100, fields: 100_000, cost: Infinity };

/**
 * Makes the report on a customer for the caller and the purpose of an operation. Each of its documents is an operation of the same
 * caller, with the same request id: `execute` decides it and puts it on record like any other.
 */
export async function reportOn(
  gateway: Gateway,
  operation: Omit<Operation, 'document' | 'definition' | 'variables'>,
  by: unknown,
  execute: (gateway: Gateway, operation: Operation) => Promise<ExecutionResult>,
): Promise<Reported> {
  const { model, purposes, sources, sourceInfo, reportRules, clock } = gateway;
  const limits = gateway.limitsOf(operation.caller);
  const own = { ...limits, ...ownLimits };
  const end = clock() + reportRules.deadline;
  return makeReport({
    by, schema: operation.schema, model, purposes, clock,
    signal: operation.signal,
    sources: sources.map(({ name }) => sourceInfo(name)).map(({ key, kind, owner, region }) => ({ key, kind, owner: owner ?? null, region: region ?? null })),
    bounds: { ...reportRules, pageSize: limits.first },
    async run(text, variables) {
      const document = parse(text);
      const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
      if (definition === undefined) throw new Error('a report asks with a document that has no operation');
      // What is asked last has as long as is left of the whole.
      return execute({ ...gateway, limitsOf: () => own, requestDeadline: Math.max(1, end - clock()) }, { ...operation, document, definition, variables });
    },
  });
}
