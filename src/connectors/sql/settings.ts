import { z } from 'zod';

/** The databases that the connector speaks to. */
export const dialectNames = ['postgres', 'mysql', 'mariadb', 'mssql', 'oracle', 'sqlite'] as const;
export type DialectName = (typeof dialectNames)[number];

const identifierForm = /^[\p{L}_][\p{L}\p{N}_$#]{0,127}$/u;

/** True for what may stand as a quoted identifier. Identifiers come from the configuration alone, never from a request. */
export const isIdentifier = (text: string): boolean => identifierForm.test(text);

const identifier = z.string().regex(identifierForm, 'expected a name of letters, digits, "_", "$" and "#"');
const qualified = z.string().refine((text) => text.split('.').every(isIdentifier), 'expected a table like "kunde" or "erp.kunde"');
const size = (most: number) => z.int().min(1).max(most);

const valueType = z.enum(['text', 'integer', 'uuid', 'date']);
const keyType = valueType.exclude(['date']);
const direction = z.enum(['asc', 'desc']);
const constant = z.union([z.string(), z.number(), z.boolean()]);

/** No database takes more than about 2,000 values in one statement, Oracle no more than 1,000 in one list. */
const mostValues = 1000;

const look = z
  .strictObject({
    column: identifier,
    type: keyType.default('text'),
    compare: z.enum(['exact', 'caseless', 'digits']).default('exact'),
    batch: size(mostValues).optional(),
    pageSize: size(1000).default(50),
    order: z
      .record(identifier, direction)
      .refine((order) => Object.keys(order).length === 1, 'expected one column and its direction; the key is added as the last')
      .optional(),
  })
  .refine((find) => find.compare === 'exact' || find.type === 'text', { path: ['compare'], message: 'only text can be compared so' })
  .refine((find) => find.compare !== 'digits' || (find.batch ?? 1) === 1, { path: ['batch'], message: 'digits are looked up one value at a time' })
  .transform(({ batch, order, ...find }) => ({
    ...find,
    batch: batch ?? (find.compare === 'digits' ? 1 : 100),
    order: Object.entries(order ?? {}).map(([column, by]) => ({ column, descending: by === 'desc' }))[0],
  }));

const filter = z.strictObject({
  column: identifier,
  op: z.enum(['=', '!=', '<', '<=', '>', '>=']).default('='),
  type: valueType.default('text'),
});

const list = z.strictObject({
  pageSize: size(1000).default(100),
  filters: z.record(z.string(), filter).default({}),
  orders: z.record(z.string(), identifier).default({}),
});

/** What an entity has to say to this connector; its key is beside it. */
export const entityShape = z.strictObject({
  table: qualified,
  keyType: keyType.default('text'),
  trim: z.boolean().default(true),
  where: z.record(identifier, z.union([constant, z.null(), z.array(constant).min(1)])).default({}),
  batch: size(mostValues).default(100),
  find: z.record(z.string(), look).default({}),
  list: list.optional(),
});

/** What a source has to say to this connector. */
export const sourceShape = z.strictObject({
  dialect: z.enum(dialectNames),
  url: z.string().min(1),
  pool: size(100).default(10),
  schema: identifier.optional(),
  tls: z
    .union([z.boolean(), z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })])
    .optional(),
});

export type ValueType = z.output<typeof valueType>;
export type Look = z.output<typeof look>;
export type Listing = z.output<typeof list>;
export type SourceSettings = z.output<typeof sourceShape>;

/** One entity, understood: its table, its key column, and what may be asked of it. */
export type Entity = Omit<z.output<typeof entityShape>, 'table'> & {
  readonly table: readonly string[];
  readonly key: string;
};
