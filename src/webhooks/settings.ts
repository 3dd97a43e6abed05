import { z } from 'zod';
import type { EntityCache } from '../connectors/cache/settings.ts';
import type { Capabilities } from '../connectors/connector.ts';
import { compileExpression } from '../parse/expression.ts';
import type { Faults } from '../parse/faults.ts';
import { duration, fieldPath, secretText } from '../parse/shapes.ts';

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'expected the name of a header').transform((name) => name.toLowerCase());
const partName = z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, 'expected a name like "v1"');
/** Several while one replaces another. */
const secrets = z.array(secretText).min(1, 'expected at least one secret');
const place = z.union([fieldPath, z.strictObject({ jsonata: z.string() })]);

const hmacShape = z
  .strictObject({
    header: headerName,
    secrets,
    algorithm: z.enum(['sha256', 'sha384', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    /** What stands before the signature in its header, such as `sha256=`. */
    prefix: z.string().default(''),
    /** The header is a list like `t=1,v1=…`, and the signature the part of this name. */
    part: partName.optional(),
    /** What is signed: text around `{body}` and `{timestamp}`. */
    signed: z.string().default('{body}'),
    /** Where the source says when it sent the event: seconds since the epoch, or RFC 3339. */
    timestamp: z.strictObject({ header: headerName.optional(), part: partName.optional(), tolerance: duration.prefault('5m') })
      .refine(({ header, part }) => (header === undefined) !== (part === undefined), 'expected either "header" or "part"').optional(),
  })
  .refine(({ signed }) => signed.split('{body}').length === 2, { path: ['signed'], message: 'expected {body}, once' })
  .refine(({ signed, timestamp }) => signed.includes('{timestamp}') === (timestamp !== undefined), { path: ['signed'], message: 'expected {timestamp} where there is a "timestamp", and only there: one that is not signed says nothing' })
  .refine(({ part, timestamp }) => timestamp?.part === undefined || part !== undefined, { path: ['part'], message: 'expected the name of the signature, since the timestamp is a part of the same header' });

/** How a source tells that something has changed. */
export const webhookShape = z
  .strictObject({
    hmac: hmacShape.optional(),
    secret: z.strictObject({ header: headerName, secrets }).optional(),
    /** Where the event's own id is, so that it is taken once. */
    id: z.union([fieldPath, z.strictObject({ header: headerName })]).optional(),
    drops: z.array(z.strictObject({ entity: z.string(), keys: place.optional(), by: z.string().optional(), values: place.optional() })).min(1, 'expected at least one'),
  })
  .refine(({ hmac, secret }) => (hmac === undefined) !== (secret === undefined), 'expected either "hmac" or "secret": an event that proves nothing is not taken')
  .refine(({ hmac, id }) => hmac === undefined || typeof id !== 'object', { path: ['id'], message: 'expected a path in the body: a header is not signed' });
type WebhookText = z.output<typeof webhookShape>;

export type HmacSettings = NonNullable<WebhookText['hmac']>;

/** Finds texts or numbers in the body of an event. */
export type Place = { readonly kind: 'path'; readonly path: readonly string[] } | { readonly kind: 'expression'; readonly evaluate: (body: unknown) => Promise<unknown> };

/** What an event drops of one entity: all of it, rows by key (and, where no other order names pages, all pages), or pages by a value. */
export type DropSettings = { readonly entity: string } & (
  | { readonly kind: 'all' }
  | { readonly kind: 'rows'; readonly keys: Place; readonly pages: boolean }
  | { readonly kind: 'found'; readonly by: string; readonly values: Place }
);

export interface WebhookSettings extends Pick<WebhookText, 'hmac' | 'secret' | 'id'> {
  readonly drops: readonly DropSettings[];
}

/** Understands what the shape has let pass. */
export function parseWebhook(text: WebhookText, source: { readonly capabilities: Capabilities; readonly caches: ReadonlyMap<string, EntityCache> }, faults: Faults): WebhookSettings {
  const drops = text.drops.flatMap((drop, at): readonly DropSettings[] => {
    const own = faults.at(`drops[${at}]`);
    const { entity, keys, by, values } = drop;
    if (!source.caches.has(entity)) {
      own.add('entity', `expected an entity with a cache${source.caches.size === 0 ? ', and there is none' : `: ${[...source.caches.keys()].join(', ')}`}, got ${JSON.stringify(entity)}`);
      return [];
    }
    if ((by === undefined) !== (values === undefined)) own.add('', '"by" and "values" go together');
    if (keys !== undefined && by !== undefined) own.add('', 'expected either "keys" or "by"; each has an entry of its own');
    const find = source.capabilities.get(entity)?.find;
    if (by !== undefined && find?.has(by) !== true) own.add('by', `entities.${entity}.find has no "${by}"`);
    const named = text.drops.some((other) => other.entity === entity && other.by !== undefined);
    if (keys !== undefined) return [{ entity, kind: 'rows', keys: placeOf(keys, own.at('keys')), pages: !named && (find?.size ?? 0) > 0 }];
    return by !== undefined && values !== undefined ? [{ entity, kind: 'found', by, values: placeOf(values, own.at('values')) }] : [{ entity, kind: 'all' }];
  });
  return { hmac: text.hmac, secret: text.secret, id: text.id, drops };
}

function placeOf(text: z.output<typeof place>, faults: Faults): Place {
  if (typeof text === 'string') return { kind: 'path', path: text.split('.') };
  const expression = compileExpression(text.jsonata, faults);
  return { kind: 'expression', evaluate: async (body) => expression?.evaluate(body) };
}
