import type { Faults } from '../parse/faults.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every text of a parsed document by the environment's value.
 *
 * It works on values after parsing, so that no character in a credential can change the document's structure.
 */
export function substitute(value: unknown, env: Environment, faults: Faults): unknown {
  if (typeof value === 'string') return substituteText(value, env, faults);
  if (Array.isArray(value)) return value.map((item, index) => substitute(item, env, faults.at(`[${index}]`)));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, env, faults.at(key))]));
}

function substituteText(text: string, env: Environment, faults: Faults): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    const value = env[name] || fallback;
    if (value === undefined) faults.add('', `the environment variable ${name} is not set`);
    return value ?? '';
  });
}
