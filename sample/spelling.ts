import type { Country } from './countries.ts';

const letters: Readonly<Record<string, string>> = {
  ß: 'ss', ø: 'o', Ø: 'O', æ: 'ae', Æ: 'Ae', ł: 'l', Ł: 'L', đ: 'd', ı: 'i', '’': "'",
};
const german: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue' };

/** A name as a system without diacritics keeps it: `Jürgen Weiß` → `Juergen Weiss` where German is written, `Zoé` → `Zoe`. */
export function ascii(text: string, country: Country): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const germanic = country.code === 'DE' || country.code === 'AT' || country.code === 'CH';
  return text
    .replace(/[^\x20-\x7e]/g, (letter) => (germanic ? german[letter] : undefined) ?? letters[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/g, '');
}

/** A number without the country's code, as it is dialled inside the country. */
export type NationalNumber = string;

/** `+4915121234567`. */
export function internationalPhone(number: NationalNumber, country: Country): string {
  return `+${country.phone.code}${number}`;
}

/** `+49 151 2123 4567`. */
export function spacedPhone(number: NationalNumber, country: Country): string {
  return `+${country.phone.code} ${grouped(number)}`;
}

/** `0151 2123 4567`: says nothing of the country. */
export function nationalPhone(number: NationalNumber, country: Country): string {
  return `${country.phone.trunk}${grouped(number)}`;
}

/** How phone numbers are compared: by their digits, whether `+` or `00` stands in front. */
export function phoneDigits(text: string): string {
  return text.replace(/\D/g, '').replace(/^00/, '');
}

/** How e-mail addresses are compared. */
export function caseless(text: string): string {
  return text.trim().toLowerCase();
}

function grouped(number: NationalNumber): string {
  return `${number.slice(0, 3)} ${number.slice(3).replace(/(.{4})(?=..)/g, '$1 ')}`;
}
