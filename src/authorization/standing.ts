import type { Cedar } from './cedar.ts';
import type { Question } from './decision.ts';
import type { PolicySet } from './load-policies.ts';
import type { MaskName } from './masks/mask.ts';
import { weakest } from './masks/strength.ts';

/** What holds of a question while the customer is not known. */
export interface Standing {
  readonly kind: 'allow' | 'deny' | 'open';
  readonly policies: readonly string[];
}

/** What holds whoever the customer is: first by the policies that look at no customer, then by what is left of the others. */
export function standingOf(cedar: Cedar, { facts }: PolicySet, question: Question): Standing {
  const early = cedar.early(question);
  if (early.failed) return { kind: 'deny', policies: [] };
  if (!early.allow && early.policies.length > 0) return { kind: 'deny', policies: early.policies };
  if (question.action !== 'see' && question.action !== 'read') return { kind: early.allow ? 'allow' : 'deny', policies: early.policies };
  const partial = cedar.partial(question);
  if (partial.failed) return { kind: 'deny', policies: [] };
  const isForbid = (id: string): boolean => facts.get(id)?.effect !== 'permit';
  const forbids = partial.settled.filter(isForbid);
  if (forbids.length > 0) return { kind: 'deny', policies: forbids };
  const permits = [...early.policies, ...partial.settled];
  if (permits.length === 0 && partial.open.every(isForbid)) return { kind: 'deny', policies: [] };
  return partial.open.length > 0 ? { kind: 'open', policies: partial.open.toSorted() } : { kind: 'allow', policies: permits };
}

/** The weakest mask of the permits that apply; none where one of them has none. */
export function maskOf({ facts }: PolicySet, permits: readonly string[]): MaskName | 'incomparable' | undefined {
  const masks = permits.map((id) => facts.get(id)?.mask);
  const [first, ...others] = masks.filter((mask) => mask !== undefined);
  return first === undefined || masks.includes(undefined) ? undefined : weakest([first, ...others]);
}
