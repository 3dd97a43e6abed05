import type { GraphQLError } from 'graphql';
import { mostFields } from '../access/request-state.ts';
import { bare } from '../bare.ts';
import type { Denied } from '../authorization/decision.ts';
import type { MaskName } from '../authorization/masks/mask.ts';
import type { CallerKind } from '../caller/caller.ts';
import type { ClientError, SourceErrorCode } from '../errors.ts';
import type { Coordinate } from '../ids.ts';
import { toldError } from './told-error.ts';

/** Where an answered object bears the name of its type; a symbol, since any text may be a response key. */
export const typeName = Symbol('typeName');

/**
 * An object of the answer, by response key. Values are leaves, other answers, lists of these, or an `Error`,
 * which the executor places in `errors` with the path at which it stands.
 */
export interface Answer {
  [responseKey: string]: unknown;
  readonly [typeName]: string;
}

/** A new answer without a prototype, so that no response key meets a property that is already there. */
export function anAnswer(type: string): Answer {
  const answer = bare() as { [typeName]?: string };
  answer[typeName] = type;
  return answer as Answer;
}

/** Puts a value into an answer: at once where it is there, else when it comes, which `waiting` is told of. */
export function put(into: Answer, responseKey: string, value: unknown, waiting: Promise<void>[]): void {
  if (value instanceof Promise) waiting.push(value.then((come) => void (into[responseKey] = come)));
  else into[responseKey] = value;
}

/** A value that is shown masked; the executor lays it out and notes where it stands. */
export class Masked {
  readonly value: unknown;
  readonly mask: MaskName;

  constructor(value: unknown, mask: MaskName) {
    this.value = value;
    this.mask = mask;
  }
}

/** The error that stands in place of a field that was denied. Staff are told by which policies, whom to ask and how, for what is in `alsoAsk`, too; others only why. */
export function denial(at: Coordinate, decision: Denied, audience: CallerKind, alsoAsk: readonly Coordinate[] = []): GraphQLError {
  const { policies, ask, grantable, inEmergency } = decision;
  const ways = { ...(grantable ? { requestAccess: { fields: [...new Set([at, ...alsoAsk])].slice(0, mostFields) } } : {}), ...(inEmergency ? { breakGlass: true } : {}) };
  const detail = audience === 'staff' ? { policies, ask, ...ways } : {};
  const error = toldError(`Not permitted: ${at}.`, {
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: decision.reason, ...detail },
  });
  denials.set(error, decision);
  return error;
}

const denials = new WeakMap<GraphQLError, Denied>();

/** The decision that an error tells of, whoever it is told to. */
export function denialIn(error: GraphQLError): Denied | undefined {
  return denials.get(error);
}

const said: Readonly<Record<SourceErrorCode, string>> = {
  SOURCE_TIMEOUT: 'A source did not answer in time.',
  SOURCE_UNAVAILABLE: 'A source is not available.',
  SOURCE_RATE_LIMITED: 'A source takes no more requests for now.',
  SOURCE_MALFORMED: 'A source gave an answer that cannot be used.',
};

/** The error that stands in place of a field whose source failed. Partners are not told which source that is. */
export function sourceFailure(failure: { readonly code: SourceErrorCode; readonly source: string }, audience: CallerKind): GraphQLError {
  const detail = audience === 'partner' ? {} : { source: failure.source };
  return toldError(said[failure.code], { extensions: { code: failure.code, ...detail } });
}

/** A coded error as the one that clients see. */
export function clientError(error: ClientError): GraphQLError {
  return toldError(error.message, { extensions: { code: error.code, ...error.extensions } });
}
