import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { isMaskName, type MaskName } from './masks/mask.ts';
import { policyWordsOf, type PolicyWords } from './policy-words.ts';

/** What a policy says of itself, beside its conditions. */
export interface PolicyFacts {
  readonly effect: 'permit' | 'forbid';
  readonly owner: string | undefined;
  /** What it permits is shown by this mask. */
  readonly mask: MaskName | undefined;
  /** False when its outcome is the same for every customer. */
  readonly dependsOnCustomer: boolean;
  /** True when it looks at what has been granted to the caller, or at an emergency that she has stated. */
  readonly heedsGrants: boolean;
  readonly heedsEmergencies: boolean;
  readonly words: PolicyWords;
  /** As Cedar writes it in JSON. */
  readonly json: cedar.PolicyJson;
}

/** Reads a policy that has been checked; one that does not parse throws. */
export function policyFactsOf(text: string): PolicyFacts {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const { effect, annotations } = answer.json;
  const words = policyWordsOf(answer.json);
  const mask = annotations?.['mask'] ?? '';
  return {
    effect, owner: annotations?.['owner'] ?? undefined, mask: isMaskName(mask) ? mask : undefined,
    dependsOnCustomer: words.customer.length > 0, heedsGrants: words.attributes.includes('granted'), heedsEmergencies: words.customer.includes('emergency'),
    words, json: answer.json,
  };
}
