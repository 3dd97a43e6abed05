/** A caller who was handed over with the link that opened the page. */
export interface Caller {
  readonly name: string;
  /** Who it is, in a sentence. */
  readonly description: string;
  readonly token: string;
  /** A document that fits this caller. */
  readonly query: string;
}

const key = 'callers';

/**
 * Takes the callers out of the address, where nothing sends them on and no server sees them, and keeps them for this tab. A page that was
 * not told to take any, takes none: a link from somewhere must not decide as whom somebody asks.
 */
export function takeCallers({ allowed, location, history, storage }: {
  readonly allowed: boolean;
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
}): readonly Caller[] {
  if (!allowed) return [];
  const given = new URLSearchParams(location.hash.slice(1)).get(key);
  if (given === null) return callersIn(storage.getItem(key));
  // It need not stay where it can be read over somebody's shoulder.
  history.replaceState(null, '', location.pathname + location.search);
  const text = textOf(given);
  const callers = callersIn(text);
  if (text !== null && callers.length > 0) storage.setItem(key, text);
  return callers;
}

function textOf(base64url: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}

function callersIn(text: string | null): readonly Caller[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(isCaller) : [];
  } catch {
    return [];
  }
}

function isCaller(value: unknown): value is Caller {
  if (typeof value !== 'object' || value === null) return false;
  const { name, description, token, query } = value as Readonly<Record<string, unknown>>;
  return [name, description, token, query].every((part) => typeof part === 'string');
}
