import { unreachable } from '../../errors.ts';
import { answerOwn } from '../own/answer-own.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';
import type { Identified } from './identified.ts';

/** Reports on a customer. What is told of her is decided and put on record by the operations that the report is made of. */
export function identifyReport(context: OperationContext, { field, planned }: Extract<PlannedRoot, { kind: 'report' }>): Identified {
  return {
    disclosures: [], refused: [],
    async resolve() {
      const reported = await context.reportOn(field.arguments['by']);
      switch (reported.kind) {
        case 'report': return answerOwn(context, planned, reported.report);
        case 'unknown': return null;
        case 'refused': return reported.error;
        default: return unreachable(reported);
      }
    },
  };
}
