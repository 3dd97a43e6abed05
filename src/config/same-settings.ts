import type { Secret } from '../secret.ts';

/** Whether two settings say the same. Secrets are compared, and shown to nobody. */
export function sameSettings(one: unknown, other: unknown): boolean {
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return Object.is(one, other);
  if (isSecret(one) && isSecret(other)) return one.reveal() === other.reveal();
  if (one instanceof URL && other instanceof URL) return one.href === other.href;
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.every((name) => sameSettings((one as Readonly<Record<string, unknown>>)[name], (other as Readonly<Record<string, unknown>>)[name]));
}

function isSecret(value: object): value is Secret {
  return 'reveal' in value && typeof value.reveal === 'function';
}
