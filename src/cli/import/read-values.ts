import { z } from 'zod';
import { plainName } from '../../parse/shapes.ts';
import { controlFault, hasControl } from './read-person.ts';

/** What a row says under which column, less the space around it; an empty value is not there. */
export type Values = Readonly<Partial<Record<string, string>>>;

/** Reads the values of a row; a text says what is wrong with one. Columns without a name are something else's. */
export function readValues(cells: readonly string[], names: readonly (string | undefined)[]): Values | string {
  const values: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = cells[index]?.trim() ?? '';
    if (name === undefined || value === '') continue;
    if (hasControl(value)) return `${name}: ${controlFault}`;
    values[name] = value;
  }
  return values;
}

/** Understands values by a shape; a text says all that is wrong with them. */
export function understand<Shape extends z.ZodType>(shape: Shape, values: Values): z.output<Shape> | string {
  const result = shape.safeParse(values);
  if (result.success) return result.data;
  // Of one value the first that is wrong is told: the rest only follows from it.
  const faults = Map.groupBy(result.error.issues, ({ path: [name] }) => String(name));
  return [...faults].map(([name, [first]]) => `${name}: ${first?.message ?? 'wrong'}, got ${shown(values[name])}`).join('; ');
}

function shown(value: string | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

/** One of some words. */
export const oneOf = <const Words extends readonly string[]>(words: Words): z.ZodEnum<{ [Word in Words[number]]: Word }> =>
  z.enum(words, `expected ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`);

/** A text as somebody wrote it. */
export const text = (what: string, longest: number): z.ZodString => z.string(`expected ${what}`).max(longest, `expected ${what} in at most ${longest} characters`);

/** RFC 3339 with seconds and an offset → milliseconds since the epoch: the machine's own zone must not move it. */
export const instant = z.iso
  .datetime({ offset: true, error: 'expected a time in RFC 3339 with its offset, like 2026-03-01T09:30:00+01:00' })
  .transform((written) => Date.parse(written));

/** What every record says of how it came to be. */
export const collected = (clock: () => number): typeof collectedShape => ({
  ...collectedShape,
  collectedAt: instant.refine((at) => at <= clock(), 'expected a time that is not in the future'),
});
const collectedShape = { source: plainName, collectedAt: instant, evidence: text('evidence', 2000).optional() };

/** For a shape with both: nothing ends before it began. */
export const endsLater = ({ collectedAt, expiresAt }: { readonly collectedAt: number; readonly expiresAt?: number | undefined }): boolean =>
  expiresAt === undefined || expiresAt > collectedAt;
/** What is wrong where it does. */
export const endsTooEarly = { path: ['expiresAt'], error: 'expected a time after collectedAt' };
