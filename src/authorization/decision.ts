import type { Coordinate } from '../ids.ts';

/** What is done with a field. Reading, looking up, filtering, ordering, listing and changing are rights of their own. */
export const actions = ['read', 'lookup', 'filter', 'order', 'list', 'change'] as const;
export type Action = (typeof actions)[number];

/** Why not: the caller's roles and scopes never allow it, or not for the purpose that was stated. */
export type DenialReason = 'scope' | 'purpose';

export type Decision =
  | { readonly kind: 'allow'; readonly policies: readonly string[] }
  | { readonly kind: 'deny'; readonly reason: DenialReason; readonly policies: readonly string[] };

/** All of a caller that policies may look at. Two callers of one class get the same decisions. */
export interface CallerClass {
  readonly kind: string;
  readonly audience: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

export interface Question {
  readonly caller: CallerClass;
  readonly purpose: string;
  readonly action: Action;
  readonly field: Coordinate;
}

/** Decides by caller and purpose alone. Whatever no policy permits is denied, and so is whatever cannot be decided. */
export type Decide = (question: Question) => Decision;
