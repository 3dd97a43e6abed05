/** The `code` of whatever was thrown, as Node and most libraries give one; empty where there is none. */
export function codeOf(thrown: unknown): string {
  return textOf(thrown, 'code') ?? '';
}

/** The message of whatever was thrown, which with some libraries is no `Error`. */
export function messageOf(thrown: unknown): string {
  return textOf(thrown, 'message') ?? String(thrown);
}

function textOf(thrown: unknown, name: 'code' | 'message'): string | undefined {
  if (thrown === null || typeof thrown !== 'object' || !(name in thrown)) return undefined;
  const value = (thrown as Readonly<Record<typeof name, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}
