import type { Comparison } from '../row.ts';
import type { ValueType } from './settings.ts';

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const dateForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * True when a column of this type can hold the value in this spelling. What cannot be held is absent without asking:
 * databases refuse a null byte, and some take "12x" for 12 or half a character for another.
 */
export function fits(text: string, type: ValueType): boolean {
  switch (type) {
    case 'text':
      return text !== '' && !text.includes('\0') && text.isWellFormed();
    case 'integer':
      return /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
    case 'uuid':
      return uuidForm.test(text);
    case 'date':
      return dateForm.test(text) && !Number.isNaN(Date.parse(text));
  }
}

/** How two spellings of a value are compared; uuids are written in either case. */
export function comparisonOf(type: ValueType, declared: Comparison = 'exact'): Comparison {
  return type === 'uuid' ? 'caseless' : declared;
}
