import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { Coordinate } from '../ids.ts';
import type { MaskName } from './masks/mask.ts';

/**
 * What is done with a field. Each is a right of its own. Seeing is about a customer as a whole, and asked for `Customer.id`:
 * who may not see her meets nobody. Seeing and reading may depend on the customer; the others are about no single one. Who
 * approves a field lets others read it for a while.
 */
export const actions = ['see', 'read', 'lookup', 'filter', 'order', 'list', 'change', 'approve'] as const;
export type Action = (typeof actions)[number];

/**
 * Why not: the caller's roles and scopes never allow it, or not for the purpose that was stated; or the customer's consent is
 * missing, she objects, or the processing of her data is restricted.
 */
export type DenialReason = 'scope' | 'purpose' | 'consent' | 'objection' | 'restriction';

export interface Allowed {
  readonly kind: 'allow';
  readonly policies: readonly string[];
  /** Undefined for the value as it is. */
  readonly mask: MaskName | undefined;
}

export interface Denied {
  readonly kind: 'deny';
  readonly reason: DenialReason;
  readonly policies: readonly string[];
  /** The owners of these policies, else of the purpose. */
  readonly ask: readonly string[];
  /** True where a grant would open it: then access may be asked for. */
  readonly grantable: boolean;
  /** True where an emergency that the caller states would open it. */
  readonly inEmergency: boolean;
}

export type Decision = Allowed | Denied;

/** Depends on the customer: `policies` are those whose outcome she decides. */
export interface Open {
  readonly kind: 'open';
  readonly policies: readonly string[];
}

/** What caller and purpose alone decide. */
export type EarlyDecision = Decision | Open;

/** All of a caller that policies may look at. Two callers of one class get the same decisions. */
export interface CallerClass {
  readonly kind: string;
  readonly audience: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly regions: readonly string[];
}

/** The name of a caller's class. JSON keeps names apart whatever characters they hold. */
export function classKey({ kind, audience, roles, scopes, regions }: CallerClass): string {
  return JSON.stringify([kind, audience, roles, scopes, regions]);
}

export interface Question {
  readonly caller: CallerClass;
  readonly purpose: string;
  readonly action: Action;
  readonly field: Coordinate;
  /** The data classes of everything that the operation selects or searches by; sorted. */
  readonly selected: readonly string[];
  /** Whether the caller has been granted this; only reading is. */
  readonly granted: boolean;
}

/** Decides in two phases. Whatever no policy permits is denied, and so is whatever cannot be decided. */
export interface Decider {
  /** What policies look at beside roles: without them grants and emergencies open nothing. */
  readonly heeds: { readonly grants: boolean; readonly emergencies: boolean };
  byCaller(question: Question): EarlyDecision;
  /** Of one customer, knowing what is known of her. */
  byCustomer(question: Question, facts: CustomerFacts): Decision;
}
