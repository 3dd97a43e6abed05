import { lastCharacters, seen } from './characters.ts';

/** What is shown of text of which nothing may be. */
const hidden = '****';
/** Of a shorter text four characters would be more than half of it. */
const shortest = 8;

/** `****4567`: four stars whatever the length, and the last four characters, spaces left out. Of less than eight characters nothing is shown. */
export function last4(text: string): string {
  const last = lastCharacters(seen(text).replace(/\s+/gu, ''), shortest);
  return last.length < shortest ? hidden : `${hidden}${last.slice(-4).join('')}`;
}
