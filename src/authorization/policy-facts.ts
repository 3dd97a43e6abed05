import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { isMaskName, type MaskName } from './masks/mask.ts';

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
}

/** Reads a policy that has been checked; one that does not parse throws. */
export function policyFactsOf(text: string): PolicyFacts {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const { effect, annotations, conditions } = answer.json;
  const mask = annotations?.['mask'] ?? '';
  return {
    effect, owner: annotations?.['owner'] ?? undefined, mask: isMaskName(mask) ? mask : undefined,
    dependsOnCustomer: looksAtCustomer(conditions), heedsGrants: names(conditions, 'granted'), heedsEmergencies: names(conditions, 'emergency'),
  };
}

/** True where `context.customer` is looked at, or the context as a whole. */
function looksAtCustomer(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false;
  if ('Var' in node) return node.Var === 'context';
  for (const access of ['.', 'has']) {
    const { left, attr } = (access in node ? (node as Readonly<Record<string, { readonly left?: unknown; readonly attr?: unknown } | undefined>>)[access] : undefined) ?? {};
    if (isContext(left)) return attr === 'customer';
  }
  return Object.values(node).some(looksAtCustomer);
}

/** True where an attribute of this name is looked at, of whatever: too often is only slower. */
function names(node: unknown, attribute: string): boolean {
  if (node === null || typeof node !== 'object') return false;
  return ('attr' in node && node.attr === attribute) || Object.values(node).some((inner) => names(inner, attribute));
}

function isContext(node: unknown): boolean {
  return node !== null && typeof node === 'object' && 'Var' in node && node.Var === 'context';
}
