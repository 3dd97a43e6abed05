import { isSame } from '../../access/decide-request.ts';
import { requestsIn, type RequestState } from '../../access/request-state.ts';
import { ClientError } from '../../errors.ts';
import { clientError } from '../answer.ts';
import { answerOwn } from '../own/answer-own.ts';
import { describeRequest } from '../own/describe-request.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';
import { decidesOn } from './change-access.ts';
import { answered, type Identified } from './identified.ts';
import type { OperationContext } from '../operation-context.ts';

interface ListArguments {
  readonly state?: RequestState | null;
  readonly first: number;
}

/** Lists requests for access: the caller's own, and those that she may decide on. */
export async function identifyRequests(context: OperationContext, { field, planned }: Extract<PlannedRoot, { kind: 'accessList' }>): Promise<Identified> {
  const { state, first } = field.arguments as unknown as ListArguments;
  const { caller, access, now, maxFirst } = context;
  if (first < 1 || first > maxFirst) return answered(clientError(new ClientError('BAD_USER_INPUT', `first: expected 1 to ${maxFirst}, got ${first}.`, { argumentPath: ['first'] })));
  const requests = requestsIn(await access.read({}), now)
    .filter((request) => (state ?? request.state) === request.state && (isSame(request.asked.holder, caller) || decidesOn(context, request)))
    .slice(0, first);
  return answered(answerOwn(context, planned, requests.map((request) => describeRequest(context, request))));
}
