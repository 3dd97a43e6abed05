import { z } from 'zod';
import { fieldPath } from '../../parse/shapes.ts';
import { sourceShape as httpSource } from '../http/settings.ts';

const count = z.int().min(1, 'expected a whole number from 1');
const document = z.string().min(1, 'expected a GraphQL query');

/** The settings of a GraphQL source, but for its entities: an http source's, with one address. */
export const sourceShape = z
  .strictObject({ ...httpSource.omit({ baseUrl: true, error: true }).shape, url: httpSource.shape.baseUrl })
  .transform(({ url, ...settings }) => ({ ...settings, baseUrl: url, error: undefined }));

const paging = z.strictObject({ cursor: fieldPath, more: fieldPath.optional() });

const readShape = z.strictObject({ query: document, rows: fieldPath, batch: count.default(1) });

const findShape = z.strictObject({
  query: document,
  rows: fieldPath,
  /** With $values: how many of them. With $value: how many a request asks for, each under an alias of its own. */
  batch: count.default(1),
  match: z.union([z.literal('none'), fieldPath]),
  compare: z.enum(['exact', 'caseless', 'digits']).default('exact'),
  paging: paging.optional(),
  pageSize: count.default(100),
});

const listShape = z.strictObject({
  query: document,
  rows: fieldPath,
  paging: paging.optional(),
  pageSize: count.default(100),
  /** Filter → the variable that carries it. */
  filters: z.record(z.string(), z.string()).default({}),
  orders: z.record(z.string(), z.strictObject({ asc: z.string(), desc: z.string() })).default({}),
});

/** The settings of one entity, but for its key. All paths into answers start below `data`. */
export const entityShape = z.strictObject({
  keyPattern: z.string().optional(),
  read: readShape.optional(),
  find: z.record(z.string(), findShape).default({}),
  list: listShape.optional(),
});

export type EntitySettings = z.output<typeof entityShape>;
export type ReadSettings = NonNullable<EntitySettings['read']>;
export type FindSettings = EntitySettings['find'][string];
export type ListSettings = NonNullable<EntitySettings['list']>;
export type PagingSettings = z.output<typeof paging>;
