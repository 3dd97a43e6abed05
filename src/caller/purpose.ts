import type { Caller } from './caller.ts';

/** The purpose of a request, or why it has none. */
export type PurposeChoice =
  | { readonly kind: 'purpose'; readonly purpose: string }
  | { readonly kind: 'refused'; readonly code: 'PURPOSE_REQUIRED' | 'PURPOSE_NOT_ALLOWED' };

/**
 * Chooses the purpose of a request: the header's if the token allows it and the registry knows it, else the token's only
 * one. A token with several purposes and no header is asked to name one; nothing is guessed.
 */
export function choosePurpose(
  caller: Pick<Caller, 'purposes'>,
  header: string | undefined,
  known: ReadonlySet<string>,
): PurposeChoice {
  if (header === undefined && caller.purposes.length > 1) return { kind: 'refused', code: 'PURPOSE_REQUIRED' };
  const purpose = header ?? caller.purposes[0];
  if (purpose === undefined || !caller.purposes.includes(purpose) || !known.has(purpose)) {
    return { kind: 'refused', code: 'PURPOSE_NOT_ALLOWED' };
  }
  return { kind: 'purpose', purpose };
}
