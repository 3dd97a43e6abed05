import { z } from 'zod';
import type { Faults } from '../parse/faults.ts';
import { parse } from '../parse/parse.ts';
import { fieldPath } from '../parse/shapes.ts';
import { conversionShape } from './conversions.ts';

const valueShape = z.union([
  fieldPath.transform((from) => ({ from: [from], several: false, as: undefined, fallback: undefined })),
  z.strictObject({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  z
    .strictObject({
      from: z.union([fieldPath, z.array(fieldPath).min(1)]),
      as: conversionShape.optional(),
      fallback: z.enum(['onFailure']).optional(),
    })
    .transform(({ from, ...rest }) => ({ from: Array.isArray(from) ? from : [from], several: Array.isArray(from), ...rest })),
]);

const gatherShape = z.array(z.looseObject({ type: z.string() }).transform(({ type, ...fields }) => ({ type, fields })));

const rowsShape = z.union([
  z.string().transform((entity) => ({ entity, by: undefined })),
  z.strictObject({ rows: z.string(), by: z.string().optional() }).transform(({ rows, by }) => ({ entity: rows, by })),
]);

/** Where one leaf's value comes from: paths that start with an entity, or a constant. */
export type ValueText = z.output<typeof valueShape>;
/** Where rows or items come from: an entity, and for a connection the attribute by which it is found. */
export type RowsText = z.output<typeof rowsShape>;

export interface GatherText {
  readonly type: string;
  readonly fields: ReadonlyMap<string, ValueText>;
}

/** A leaf's entries: one, or one for each entity that has the type. */
export function parseValues(entry: unknown, faults: Faults): readonly ValueText[] {
  const entries = Array.isArray(entry) ? entry : [entry];
  return entries.flatMap((item, index) => parse(valueShape, item, Array.isArray(entry) ? faults.at(`[${index}]`) : faults) ?? []);
}

/** The entry of a connection, or of a list that lies within a row. */
export function parseRows(entry: unknown, faults: Faults): RowsText | undefined {
  return parse(rowsShape, entry, faults);
}

/** The entry of a list whose items are made of single values. */
export function parseGather(entry: unknown, faults: Faults): readonly GatherText[] {
  const items = parse(gatherShape, entry, faults) ?? [];
  return items.map(({ type, fields }, index) => ({
    type,
    fields: new Map(Object.entries(fields).flatMap(([name, value]) => {
      const parsed = parse(valueShape, value, faults.at(`[${index}].${name}`));
      return parsed === undefined ? [] : [[name, parsed] as const];
    })),
  }));
}
