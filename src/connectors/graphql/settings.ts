import { z } from 'zod';
import { fieldPath } from '../../parse/shapes.ts';
import { mergedShape, sourceShape as httpShape } from '../http/settings.ts';

const count = z.int().min(1, 'expected a whole number from 1');
const query = z.string().min(1, 'expected a GraphQL query');
const variable = z.string().regex(/^[_A-Za-z]\w*$/, 'expected the name of a variable, without "$"');

/** The settings of a GraphQL source, but for its entities: an http source's, with one address. */
export const sourceShape = z
  .strictObject({ ...httpShape.omit({ baseUrl: true, error: true }).shape, url: httpShape.shape.baseUrl })
  .transform(({ url, ...settings }) => ({ ...settings, baseUrl: url, error: undefined }));

const paging = z.union([
  z.strictObject({ cursor: fieldPath, more: fieldPath.optional() }),
  z.strictObject({ offset: z.literal(true) }),
]);

const paged = { query, rows: fieldPath, paging: paging.optional(), pageSize: count.default(100) };

const readShape = z.strictObject({ query, rows: fieldPath, batch: count.optional(), merged: mergedShape.optional() });

const findShape = z.strictObject({
  ...paged, batch: count.optional(), match: fieldPath, compare: z.enum(['exact', 'caseless', 'digits']).default('exact'),
});

const listShape = z.strictObject({
  ...paged,
  /** Filter → the variable that carries it. */
  filters: z.record(z.string(), variable).default({}),
  orders: z.record(z.string(), z.strictObject({ asc: z.json(), desc: z.json() })).default({}),
});

/** The settings of one entity, but for its key. All paths into answers start below `data`. */
export const entityShape = z.strictObject({
  keyPattern: z.string().optional(),
  read: readShape.optional(),
  find: z.record(z.string(), findShape).default({}),
  list: listShape.optional(),
});

export type SourceSettings = z.output<typeof sourceShape>;
export type EntitySettings = z.output<typeof entityShape>;
export type ReadSettings = z.output<typeof readShape>;
export type FindSettings = z.output<typeof findShape>;
export type ListSettings = z.output<typeof listShape>;
export type PagingSettings = z.output<typeof paging>;
