import { firstCharacters, seen } from './characters.ts';

/** More words than this are no name; what they begin with could be read like the text itself. */
const most = 5;

/**
 * `J. S.`: the first letter of each word, in upper case, of the first five that have letters. Where that would be all there is,
 * since no word has a second letter, nothing is shown.
 */
export function initials(text: string): string {
  const words = seen(text).split(/[\s\p{Pd}]+/u).flatMap((word) => /\p{L}.*$/su.exec(word) ?? []).slice(0, most);
  const found = words.map((word) => ({ first: firstCharacters(word, 1).join(''), word }));
  const hides = found.some(({ first, word }) => /\p{L}/u.test(word.slice(first.length)));
  return hides ? found.map(({ first }) => `${first.toUpperCase()}.`).join(' ') : '***';
}
