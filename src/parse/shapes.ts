import { z } from 'zod';
import { secret, type Secret } from '../secret.ts';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `800ms`, `2s`, `5m`, `1h`, `1d` → milliseconds. */
export const duration = z.string().transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    context.addIssue({ code: 'custom', message: `expected a duration like "800ms", "2s" or "5m", got ${JSON.stringify(text)}` });
    return z.NEVER;
  }
  return Number(match[1]) * units[match[2] as keyof typeof units];
});

/** A time in milliseconds as it is written, in the largest unit that gives a whole number. */
export function durationText(milliseconds: number): string {
  const [unit, length] = Object.entries(units).findLast(([, one]) => milliseconds % one === 0) ?? ['ms', 1];
  return `${milliseconds / length}${unit}`;
}

const byteUnits = { B: 1, kB: 1024, MB: 1024 ** 2 } as const;

/** `512kB`, `10MB` → bytes (binary multiples). */
export const byteSize = z.string().transform((text, context) => {
  const match = /^(\d+)(B|kB|MB)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    context.addIssue({ code: 'custom', message: `expected a size like "512kB" or "10MB", got ${JSON.stringify(text)}` });
    return z.NEVER;
  }
  return Number(match[1]) * byteUnits[match[2] as keyof typeof byteUnits];
});

/** A credential; it prints as `[secret]`. */
export const secretText = z.string().min(1, 'expected a non-empty secret').transform((text): Secret => secret(text));

/** A secret that keys are made of, or that is one: at least 32 bytes. */
export const secretKey = secretText.refine((key) => Buffer.byteLength(key.reveal()) >= 32, 'expected at least 32 bytes');

/** A dotted path into a source's row, such as `address.city`. */
export const fieldPath = z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/, 'expected a dotted path like "address.city"');

/** An absolute http or https address. */
export const httpUrl = z.string().transform((text, context) => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    context.addIssue({ code: 'custom', message: `expected an http or https address${text.includes('@') ? '' : `, got ${JSON.stringify(text)}`}` });
    return z.NEVER;
  }
  return url;
});

/** A name that somebody gave a system, a department or a region: `webshop`, `call-centre`, `DE-BY`. */
export const plainName = z
  .string('expected a plain name')
  .max(100, 'expected a name of at most 100 characters')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a plain name of letters, digits, ".", "_" and "-"');
