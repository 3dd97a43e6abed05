import { firstCharacters } from './characters.ts';

/** The form of the HTML standard, with the letters of all languages beside those of ASCII. */
const address = /^([\p{L}\p{N}\p{M}.!#$%&'*+/=?^_`{|}~-]+)@([\p{L}\p{N}](?:[\p{L}\p{N}\p{M}.-]*[\p{L}\p{N}\p{M}])?)$/u;
/** What ends in a top level domain. Text such as `p@ssw0rd` has an address's form as well, and its domain would be most of it. */
const topLevel = /\.\p{L}[\p{L}\p{N}\p{M}-]+$/u;

/** What an address shows: `j***@example.com`, of a local part of one character `***@example.com`; undefined for what is none. */
export function email(text: string): string | undefined {
  const [, local = '', domain = ''] = address.exec(text.trim()) ?? [];
  const [first, second] = firstCharacters(local, 2);
  if (first === undefined) return undefined;
  return `${second === undefined ? '' : first}***@${domain}`;
}

/** The same of text that may be something else than an address: all of that is hidden. */
export function emailInText(text: string): string {
  return topLevel.test(text.trim()) ? email(text) ?? '***' : '***';
}
