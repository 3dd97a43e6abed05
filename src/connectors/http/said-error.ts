import { pick } from '../row.ts';
import type { Fail } from '../failure.ts';
import type { ErrorSettings } from './settings.ts';

/** What an answer with a good status says about itself. */
export type Said = 'fine' | 'absent';

/** Looks for an error inside an answer with a good status: throws what it means, or tells that there is no such record. */
export function heedSaidError(answer: unknown, settings: ErrorSettings | undefined, label: string, fail: Fail): Said {
  const said = settings === undefined ? [] : somethings(pick(answer, settings.path.split('.')));
  if (settings === undefined || said.length === 0) return 'fine';
  const codes = said.map((each) => (typeof each === 'string' || typeof each === 'number' ? String(each) : ''));
  if (codes.every((code) => settings.absent.includes(code))) return 'absent';
  if (codes.some((code) => settings.rateLimited.includes(code))) {
    throw fail('SOURCE_RATE_LIMITED', `${label} says that it is asked too often`);
  }
  // A code is safe to show; a sentence may repeat what was asked.
  const shown = codes.filter((code) => /^[\w.:-]{1,64}$/.test(code)).join(', ');
  throw fail('SOURCE_UNAVAILABLE', `${label} says that it failed${shown === '' ? '' : `: ${shown}`}`);
}

/** True when there is something at a path of a value: not null, false, zero, or an empty text, list or object. */
export function isSomething(value: unknown, path: string): boolean {
  return somethings(pick(value, path.split('.'))).length > 0;
}

function somethings(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(somethings);
  if (value === undefined || value === null || value === false || value === 0 || value === '') return [];
  return typeof value === 'object' && Object.keys(value).length === 0 ? [] : [value];
}
