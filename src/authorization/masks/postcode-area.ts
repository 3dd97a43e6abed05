import { firstCharacters, seen } from './characters.ts';

const british = /^([A-Z]{1,2}\d[A-Z\d]?|GIR)\s*\d[A-Z]{2}$/;
/** Of a shorter code two characters would be more than half of it. */
const shortest = 4;

/** The area of a postcode: of a British one the outward part, `SW1A ***`, else the first two characters, `21***`. Of less than four nothing is shown. */
export function postcodeArea(text: string): string {
  const code = seen(text).trim().toUpperCase();
  const [, outward] = british.exec(code) ?? [];
  if (outward !== undefined) return `${outward} ***`;
  const first = firstCharacters(code.replace(/\s+/gu, ''), shortest);
  return first.length < shortest ? '***' : `${first.slice(0, 2).join('')}***`;
}
