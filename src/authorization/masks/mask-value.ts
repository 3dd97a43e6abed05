import { unreachable } from '../../errors.ts';
import { bandOfDecimal, bandOfNumber } from './band.ts';
import { email, emailInText } from './email.ts';
import { initials } from './initials.ts';
import { last4 } from './last4.ts';
import { fits, type MaskName } from './mask.ts';
import { postcodeArea } from './postcode-area.ts';
import { yearOfDate, yearOfInstant } from './year.ts';

/** A mask that is the same for every recipient, so that it needs no key. */
export type PlainMask = Exclude<MaskName, 'hash'>;

/** Builds anew what a mask shows of one value of a scalar; undefined where it does not fit, and for a value that the scalar cannot have. */
export function maskValue(mask: PlainMask, scalar: string, value: unknown): string | number | undefined {
  if (!fits(mask, scalar)) return undefined;
  if (typeof value === 'string') return maskText(mask, scalar, value);
  if (typeof value !== 'number' || mask !== 'band' || scalar === 'Decimal') return undefined;
  return scalar === 'Float' || Number.isInteger(value) ? bandOfNumber(value) : undefined;
}

function maskText(mask: PlainMask, scalar: string, text: string): string | undefined {
  switch (mask) {
    case 'last4': return last4(text);
    case 'email': return scalar === 'EmailAddress' ? email(text) : emailInText(text);
    case 'initials': return initials(text);
    case 'year': return scalar === 'Date' ? yearOfDate(text) : yearOfInstant(text);
    case 'postcodeArea': return postcodeArea(text);
    case 'band': return scalar === 'Decimal' ? bandOfDecimal(text) : undefined;
    default: return unreachable(mask);
  }
}
