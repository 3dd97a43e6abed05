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

/** A policy that has been parsed, as Cedar writes it in JSON, and what is annotated on it. */
export interface ParsedPolicy {
  readonly text: string;
  readonly json: cedar.PolicyJson;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Parses a policy, which takes Cedar a millisecond and more; one that does not parse throws. */
export function parsePolicy(text: string): ParsedPolicy {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const given = answer.json.annotations ?? {};
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- an annotation without a value is null, which its type leaves out
  return { text, json: answer.json, annotations: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? ''])) };
}

/** What a policy that has been checked says of itself. */
export function policyFactsOf({ json, annotations }: ParsedPolicy): PolicyFacts {
  const { effect } = json;
  const words = policyWordsOf(json);
  const mask = annotations['mask'] ?? '';
  return {
    effect, owner: annotations['owner'], mask: isMaskName(mask) ? mask : undefined,
    dependsOnCustomer: words.customer.length > 0, heedsGrants: words.attributes.includes('granted'), heedsEmergencies: words.customer.includes('emergency'),
    words, json,
  };
}
