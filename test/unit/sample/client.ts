import type { Served } from '../../../sample/serve.ts';

/** What a system answered; `body` is whatever it sent. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks a system; with a body it posts. */
export type Ask = (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

/** Asks a running system with these headers. */
export function client(served: Served, credentials: Readonly<Record<string, string>>): Ask {
  return async (path, body, headers = credentials) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${served.url}${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: text });
    return { status: response.status, body: await response.json() };
  };
}

/** The value at a dotted path of an answer; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>> | null | undefined)?.[step], value);
}

/** The list at a dotted path; anything else is an error. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const list = at(value, path);
  if (!Array.isArray(list)) throw new Error(`no list at ${path}: ${JSON.stringify(value)}`);
  return list;
}
