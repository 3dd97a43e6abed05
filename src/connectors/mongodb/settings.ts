import { z } from 'zod';
import { databaseForm } from '../../servers/mongodb-address.ts';

const pathForm = /^[^.$\s][^.\s]*(\.[^.$\s][^.\s]*)*$/;

/** True for a dotted path into documents. Paths come from the configuration alone, never from a request. */
export const isPath = (text: string): boolean => pathForm.test(text);

const path = z.string().regex(pathForm, 'expected a dotted path like "contact.email"; no step of it starts with "$"');
const size = (most: number) => z.int().min(1).max(most);

const valueType = z.enum(['text', 'integer', 'objectId', 'uuid', 'date']);
const keyType = valueType.exclude(['date']);
const constant = z.union([z.string(), z.number(), z.boolean()]);

const look = z
  .strictObject({
    path,
    type: keyType.default('text'),
    compare: z.enum(['exact', 'caseless']).default('exact'),
    lowered: path.optional(),
    batch: size(1000).optional(),
    pageSize: size(1000).default(50),
    order: z
      .record(path, z.enum(['asc', 'desc']))
      .refine((order) => Object.keys(order).length === 1, 'expected one path and its direction; "_id" is added as the last')
      .optional(),
  })
  .refine((find) => find.compare === 'exact' || find.type === 'text', { path: ['compare'], message: 'only text can be compared so' })
  .refine((find) => find.compare === 'caseless' || find.lowered === undefined, { path: ['lowered'], message: 'it is for "compare: caseless"' })
  .transform(({ batch, order, ...find }) => ({
    ...find,
    // Children in an order tend to have more than a page for each parent, and then one question for many parents is no gain.
    batch: batch ?? (order === undefined ? 100 : 1),
    order: Object.entries(order ?? {}).map(([by, direction]) => ({ path: by, descending: direction === 'desc' }))[0],
  }));

const filter = z.strictObject({
  path,
  op: z.enum(['=', '!=', '<', '<=', '>', '>=']).default('='),
  type: valueType.default('text'),
});

const list = z.strictObject({
  pageSize: size(1000).default(100),
  filters: z.record(z.string(), filter).default({}),
  orders: z.record(z.string(), path).default({}),
});

/** What an entity has to say to this connector; its key is beside it. */
export const entityShape = z.strictObject({
  collection: z.string().regex(/^[^$\s]+$/, 'expected the name of a collection'),
  keyType: keyType.default('text'),
  where: z.record(path, z.union([constant, z.null(), z.array(constant).min(1)])).default({}),
  batch: size(1000).default(100),
  find: z.record(z.string(), look).default({}),
  list: list.optional(),
});

/** What a source has to say to this connector. */
export const sourceShape = z.strictObject({
  url: z.string().min(1),
  database: z.string().regex(databaseForm, 'expected the name of a database'),
  pool: size(100).default(10),
  readPreference: z.enum(['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest']).default('primaryPreferred'),
  tls: z
    .union([z.boolean(), z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })])
    .optional(),
});

export type ValueType = z.output<typeof valueType>;
export type Look = z.output<typeof look>;
export type Listing = z.output<typeof list>;
export type SourceSettings = z.output<typeof sourceShape>;

/** One entity, understood: its collection, the path of its key, and what may be asked of it. */
export type Entity = z.output<typeof entityShape> & { readonly key: string };
