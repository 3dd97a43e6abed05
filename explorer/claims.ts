/** What a token says of its holder, for her own eyes: nothing here is verified, and the gateway goes by none of it. */
export interface Claims {
  readonly kind: string | undefined;
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

/** Reads the payload of a JSON Web Token; undefined where there is none that could be read. Issuers that name their claims otherwise show less. */
export function readClaims(token: string): Claims | undefined {
  const [, payload = ''] = token.split('.');
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof claims !== 'object' || claims === null) return undefined;
    const { kind, roles, purposes, exp } = claims as Readonly<Record<string, unknown>>;
    return {
      kind: typeof kind === 'string' ? kind : undefined, roles: wordsOf(roles), purposes: wordsOf(purposes), expiresAt: typeof exp === 'number' ? exp * 1000 : undefined,
    };
  } catch {
    return undefined;
  }
}

/** A list, or words in one text. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
