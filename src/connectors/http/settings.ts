import { z } from 'zod';
import { byteSize, fieldPath, httpUrl, secretText } from '../../parse/shapes.ts';
import { secretJson, tokenExpression } from './auth/login-shapes.ts';

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected a header name').toLowerCase();
const headerText = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'expected text that a header can carry');
const headerSecret = secretText.refine(
  (value) => headerText.safeParse(value.reveal()).success, 'a header cannot carry this secret; does it end in a line break?',
);
const pathText = z.string().regex(/^\/[\x21\x22\x24-\x7e]*$/, 'expected a percent-encoded path that starts with "/"');
const expressionShape = z.strictObject({ jsonata: z.string().min(1, 'expected an expression') });
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const count = z.int().min(1, 'expected a whole number from 1');

const errorShape = z.union([
  fieldPath.transform((path) => ({ path, absent: [] as string[], rateLimited: [] as string[] })),
  z.strictObject({ path: fieldPath, absent: z.array(z.string()).default([]), rateLimited: z.array(z.string()).default([]) }),
]);

const authShape = z.union([
  z.literal('none'),
  z.strictObject({ bearer: headerSecret }),
  z.strictObject({ basic: z.strictObject({ user: z.string(), password: secretText }) }),
  z.strictObject({ apiKey: z.union([
    z.strictObject({ header: headerName, value: headerSecret }),
    z.strictObject({ query: z.string().min(1, 'expected the name of a query parameter'), value: secretText }),
  ]) }),
  z.strictObject({ login: z.strictObject({
    post: pathText,
    form: z.record(z.string(), secretText).optional(),
    json: secretJson.optional(),
    token: z.union([fieldPath, tokenExpression]).optional(),
    error: errorShape.optional(),
    header: headerName.default('authorization'),
    value: headerText.regex(/\{token\}/, 'expected text with {token} in it').default('Bearer {token}'),
  }).refine((login) => (login.form === undefined) !== (login.json === undefined), 'expected either "form" or "json"') }),
  z.strictObject({ oauth2: z.strictObject({
    tokenUrl: httpUrl, clientId: z.string(), clientSecret: secretText, scope: z.string().optional(),
    clientAuth: z.enum(['basic', 'post']).default('basic'),
  }) }),
]);

const baseUrl = httpUrl.refine(
  (url) => url.username === '' && url.password === '' && url.search === '' && url.hash === '',
  'expected an address without credentials, "?" and "#"',
);

/** The settings of an http source, but for its entities. */
export const sourceShape = z.strictObject({
  baseUrl,
  auth: authShape,
  headers: z.record(headerName, headerText).default({}),
  proxy: httpUrl.optional(),
  tls: z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })
    .refine((tls) => (tls.cert === undefined) === (tls.key === undefined), 'expected "cert" and "key" together').optional(),
  maxResponse: byteSize.default(10 * 1024 ** 2),
  error: errorShape.optional(),
});

const cursorPaging = z.strictObject({
  cursor: z.union([fieldPath, z.strictObject({ lastKey: z.literal(true), more: fieldPath })]),
});
const offsetPaging = z.strictObject({ offset: z.union([z.literal(true), z.strictObject({ total: fieldPath })]) });
const pagePaging = z.strictObject({
  page: z.strictObject({
    first: z.int().min(0, 'expected a whole number from 0').default(1),
    pages: fieldPath.optional(), more: fieldPath.optional(), next: fieldPath.optional(),
  }).refine(
    (page) => [page.pages, page.more, page.next].filter((path) => path !== undefined).length <= 1,
    'expected only one of "pages", "more", "next"',
  ),
});

const requestParts = {
  query: z.record(z.string(), z.union([scalar, expressionShape])).default({}),
  body: z.json().optional(),
};

const requestShape = {
  ...requestParts,
  get: pathText.optional(),
  post: pathText.optional(),
  headers: z.record(headerName, headerText).default({}),
  repeat: z.boolean().default(false),
  rows: z.union([z.literal(''), fieldPath, expressionShape]).default(''),
  error: errorShape.optional(),
};

const pagedShape = {
  ...requestShape,
  paging: z.union([cursorPaging, offsetPaging, pagePaging]).optional(),
  pageSize: count.default(100),
};

interface Methods {
  readonly get?: unknown;
  readonly post?: unknown;
  readonly body?: unknown;
}
const oneMethod = ({ get, post }: Methods): boolean => (get === undefined) !== (post === undefined);
const methodMessage = 'expected either "get" or "post"';
const bodyInPost = ({ get, body }: Methods): boolean => get === undefined || body === undefined;
const bodyMessage = 'a "get" has no body';

/** Where a row holds the ids that were merged into it; or `true`, where whatever comes back for a key is hers. */
export const mergedShape = z.union([
  z.literal(true), fieldPath,
  z.strictObject({ path: fieldPath, separator: z.string().min(1, 'expected the text between two ids') }),
]);

const readShape = z.strictObject({ ...requestShape, batch: count.optional(), rowError: fieldPath.optional(), merged: mergedShape.optional() })
  .refine(oneMethod, methodMessage).refine(bodyInPost, bodyMessage);

const findShape = z.strictObject({
  ...pagedShape, batch: count.optional(), match: fieldPath, compare: z.enum(['exact', 'caseless', 'digits']).default('exact'),
}).refine(oneMethod, methodMessage).refine(bodyInPost, bodyMessage);

const listShape = z.strictObject({
  ...pagedShape,
  filters: z.record(z.string(), z.strictObject({ ...requestParts, term: z.json().optional() })).default({}),
  orders: z.record(z.string(), z.strictObject({ asc: z.string(), desc: z.string() })).default({}),
}).refine(oneMethod, methodMessage).refine(bodyInPost, bodyMessage);

/** The settings of one entity, but for its key. */
export const entityShape = z.strictObject({
  keyPattern: z.string().optional(),
  read: readShape.optional(),
  find: z.record(z.string(), findShape).default({}),
  list: listShape.optional(),
});

export type SourceSettings = z.output<typeof sourceShape>;
export type EntitySettings = z.output<typeof entityShape>;
export type AuthSettings = SourceSettings['auth'];
export type LoginSettings = Extract<AuthSettings, { login: unknown }>['login'];
export type OAuth2Settings = Extract<AuthSettings, { oauth2: unknown }>['oauth2'];
export type ErrorSettings = NonNullable<SourceSettings['error']>;
export type ReadSettings = NonNullable<EntitySettings['read']>;
export type MergedSettings = z.output<typeof mergedShape>;
export type FindSettings = EntitySettings['find'][string];
export type ListSettings = NonNullable<EntitySettings['list']>;
export type RequestSettings = Pick<ListSettings, 'get' | 'post' | 'query' | 'body' | 'headers' | 'repeat' | 'rows'>;
export type PagingSettings = NonNullable<ListSettings['paging']>;
export type TlsSettings = NonNullable<SourceSettings['tls']>;
