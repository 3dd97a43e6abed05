import type { Caller } from './caller.ts';

/** The purpose of a request, or why it has none. */
export type PurposeChoice =
  | { readonly kind: 'purpose'; readonly purpose: string }
  | { readonly kind: 'refused'; readonly code: 'PURPOSE_REQUIRED' | 'PURPOSE_NOT_ALLOWED' };

/** The registered purposes, with what the W3C Data Privacy Vocabulary calls them. */
export type KnownPurposes = ReadonlyMap<string, { readonly dpv?: string | undefined }>;

const dpvScope = 'dpv:';

/**
 * Chooses the purpose of a request: the header's, else the one that a scope such as `dpv:DirectMarketing` names (CAMARA API
 * Access and User Consent), else the token's only one. It must be registered and among the token's: those of its claim or,
 * in a token without the claim, those that its scopes name. Where several are left the header has to say which; nothing is
 * guessed.
 */
export function choosePurpose(
  caller: Pick<Caller, 'purposes' | 'scopes'>,
  header: string | undefined,
  known: KnownPurposes,
): PurposeChoice {
  const inScopes = caller.scopes
    .filter((scope) => scope.startsWith(dpvScope))
    .map((scope) => purposeNamed(scope.slice(dpvScope.length), known));
  const granted: readonly (string | undefined)[] = caller.purposes ?? inScopes;
  // A scope that names no registered purpose states one all the same: it must not leave the choice to what else there is.
  const stated = new Set(header !== undefined ? [header] : inScopes.length > 0 ? inScopes : granted);
  if (stated.size > 1) return { kind: 'refused', code: 'PURPOSE_REQUIRED' };
  const [purpose] = stated;
  if (purpose === undefined || !granted.includes(purpose) || !known.has(purpose)) {
    return { kind: 'refused', code: 'PURPOSE_NOT_ALLOWED' };
  }
  return { kind: 'purpose', purpose };
}

/** The purpose that goes by a name of the vocabulary; undefined where none does, or more than one. */
function purposeNamed(dpv: string, known: KnownPurposes): string | undefined {
  const [purpose, another] = [...known].filter(([, registered]) => registered.dpv === dpv).map(([name]) => name);
  return another === undefined ? purpose : undefined;
}
