import type { CallerColumn } from '../explain/caller-columns.ts';

/** A class of callers in words: `staff (internal), support, for service.support`. */
export function columnName({ caller: { kind, audience, roles, scopes, regions }, purpose, beside, granted }: CallerColumn): string {
  const list = (name: string, words: readonly string[]): readonly string[] => (words.length === 0 ? [] : [`${name} ${words.join('+')}`]);
  return [
    `${kind} (${audience})`, roles.length === 0 ? 'without role' : roles.join('+'), `for ${purpose}`, ...list('scopes', scopes), ...list('regions', regions),
    ...(granted ? ['where granted'] : []), ...(beside.length === 0 ? [] : ['selected beside all else']),
  ].join(', ');
}
