import { ObjectId, UUID } from 'mongodb';
import type { Comparison } from '../row.ts';
import type { ValueType } from './settings.ts';

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const dateForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(?<offset>Z|[+-]\d\d:\d\d)?)?$/;

/** True when a field of this type can hold the value in this spelling. What cannot be held is absent without asking. */
export function fits(text: string, type: ValueType): boolean {
  switch (type) {
    case 'text':
      return text !== '' && text.isWellFormed();
    case 'integer':
      return /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
    case 'objectId':
      return /^[0-9a-f]{24}$/i.test(text);
    case 'uuid':
      return uuidForm.test(text);
    case 'date':
      return dateForm.test(text) && !Number.isNaN(timeOf(text));
  }
}

/** A value that fits, as MongoDB holds it. It is never an object with names of its own, so none can be an operator. */
export function bsonOf(text: string, type: ValueType): string | bigint | ObjectId | UUID | Date {
  switch (type) {
    case 'text':
      return text;
    case 'integer':
      return BigInt(text);
    case 'objectId':
      return ObjectId.createFromHexString(text);
    case 'uuid':
      return new UUID(text);
    case 'date':
      return new Date(timeOf(text));
  }
}

/** How two spellings of a value are compared; hexadecimal digits are written in either case. */
export function comparisonOf(type: ValueType, declared: Comparison = 'exact'): Comparison {
  return type === 'uuid' || type === 'objectId' ? 'caseless' : declared;
}

/** Without an offset it is read as UTC: the machine's own zone must not change an answer. */
function timeOf(text: string): number {
  const zoneless = text.includes('T') && dateForm.exec(text)?.groups?.['offset'] === undefined;
  return Date.parse(zoneless ? `${text}Z` : text);
}
