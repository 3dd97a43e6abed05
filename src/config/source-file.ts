import { createHash } from 'node:crypto';
import { z } from 'zod';
import { entityCacheShape, type EntityCache } from '../connectors/cache/settings.ts';
import { limitsShape, type Limits } from '../connectors/guards/limits.ts';
import type { ConnectorKind, ParsedSource } from '../connectors/connector.ts';
import { canBeProbed } from '../connectors/probe.ts';
import { sourceName, type SourceName } from '../ids.ts';
import type { Faults } from '../parse/faults.ts';
import { parse } from '../parse/parse.ts';
import { fieldPath } from '../parse/shapes.ts';
import { parseWebhook, webhookShape, type WebhookSettings } from '../webhooks/settings.ts';
import { identifierName, type IdentifierName } from './gateway-file.ts';

const identifierShape = z.union([
  fieldPath.transform((from) => ({ from, verified: undefined, find: undefined })),
  z.strictObject({ from: fieldPath, verified: z.union([fieldPath, z.literal(true)]).optional(), find: z.string().optional() }),
]);

const sourceShape = z.looseObject({
  connector: z.string(),
  kind: z.string().min(1),
  owner: z.string().optional(),
  region: z.string().optional(),
  /** Whether a process without it is of no use, and says that it is not ready. */
  required: z.boolean().default(false),
  limits: limitsShape.prefault({}),
  entities: z.record(
    z.string().regex(/^[A-Za-z]\w*$/, 'expected a name of letters, digits and _'),
    z.union([
      z.strictObject({ within: fieldPath }),
      z.looseObject({ key: fieldPath, cache: entityCacheShape.optional() }),
    ]),
  ),
  identity: z.strictObject({
    entity: z.string(),
    identifiers: z.partialRecord(identifierName, identifierShape).default({}),
  }),
  map: z.record(z.string(), z.unknown()),
  webhook: webhookShape.optional(),
  /** Purposes for which this source is the authority on consent, with where it says so. */
  consents: z
    .record(z.string(), z.strictObject({ status: z.unknown().optional(), collectedAt: z.unknown().optional(), expiresAt: z.unknown().optional() }))
    .default({}),
});

/** Where a source says whether consent was given. Mapping text, as in `map`. */
export type ConsentText = z.output<typeof sourceShape>['consents'][string];

/** How a source's record of the customer names her. Paths are into that record. */
export interface Identifier {
  readonly from: string;
  /** Something at this path (not false, not empty) says that the source has verified the value; true: all its values are. */
  readonly verified: string | true | undefined;
  /** The attribute of `find` by which the source looks it up. */
  readonly find: string | undefined;
}

/** A source as its file describes it. The mapping is still text: it only makes sense together with the schema. */
export interface SourceSettings {
  readonly name: SourceName;
  readonly file: string;
  readonly kind: string;
  readonly owner: string | undefined;
  readonly region: string | undefined;
  readonly required: boolean;
  readonly limits: Limits;
  /** By entity, for how long its rows are kept; of others nothing is kept. */
  readonly caches: ReadonlyMap<string, EntityCache>;
  /** The same for the same settings of the connection and the entities, and no others: rows of one are not rows of another. */
  readonly origin: string;
  /** How the source tells that something has changed; without it, it is not listened to. */
  readonly webhook: WebhookSettings | undefined;
  /** Entities that lie within a row of another: name → `entity.path`. */
  readonly within: ReadonlyMap<string, string>;
  readonly identity: { readonly entity: string; readonly identifiers: ReadonlyMap<IdentifierName, Identifier> };
  readonly map: Readonly<Record<string, unknown>>;
  /** By purpose. */
  readonly consents: Readonly<Record<string, ConsentText>>;
  readonly parsed: ParsedSource;
  /** By entity, the path of the key in its rows. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Parses one source's file, the connector's part by the connector itself; undefined when there were faults. */
export function parseSourceFile(input: {
  readonly name: string;
  readonly file: string;
  readonly document: unknown;
  readonly folder: string;
  readonly kinds: readonly ConnectorKind[];
  readonly faults: Faults;
}): SourceSettings | undefined {
  const { faults } = input;
  const before = faults.all().length;
  const shape = parse(sourceShape, input.document, faults);
  if (shape === undefined) return undefined;
  const { connector, kind, owner, region, required, limits, entities, identity, map, consents, webhook: webhookText, ...settings } = shape;
  const spoken = input.kinds.find((candidate) => candidate.name === connector);
  if (spoken === undefined) {
    faults.add('connector', `expected ${input.kinds.map((candidate) => candidate.name).join(' or ')}, got ${JSON.stringify(connector)}`);
    return undefined;
  }
  const within = new Map<string, string>();
  const own: Record<string, { key: string; settings: Record<string, unknown> }> = {};
  const caches = new Map<string, EntityCache>();
  for (const [name, entity] of Object.entries(entities)) {
    if ('within' in entity && typeof entity.within === 'string') within.set(name, entity.within);
    else if ('key' in entity && typeof entity.key === 'string') {
      const { key, cache, ...rest } = entity;
      own[name] = { key, settings: rest };
      if (cache !== undefined) caches.set(name, cache);
    }
  }
  const parsed = spoken.parse({ settings, entities: own, folder: input.folder }, faults);
  if (parsed === undefined) return undefined;
  const origin = createHash('sha256').update(JSON.stringify([connector, settings, own])).digest('base64');
  const identifiers = new Map<IdentifierName, Identifier>();
  for (const name of identifierName.options) {
    const given = identity.identifiers[name];
    if (given === undefined) continue;
    const found = parsed.capabilities.get(identity.entity)?.find;
    const find = given.find ?? (found?.has(name) === true ? name : undefined);
    if (find !== undefined && found?.has(find) !== true) {
      faults.add(`identity.identifiers.${name}.find`, `entities.${identity.entity}.find has no "${find}"`);
    }
    identifiers.set(name, { from: given.from, verified: given.verified, find });
  }
  for (const name of caches.keys()) {
    const can = parsed.capabilities.get(name);
    if (can !== undefined && can.read === undefined && can.find.size === 0) faults.add(`entities.${name}.cache`, 'is for entities with a read or a find; lists are not kept');
  }
  const customers = parsed.capabilities.get(identity.entity);
  if (required && customers !== undefined && !canBeProbed(customers)) {
    faults.add('required', `nothing can be asked of entities.${identity.entity} that would find nobody, and so not whether the source is there: expected a find, or a read whose keyPattern takes fifteen digits`);
  }
  const webhook = webhookText && parseWebhook(webhookText, { capabilities: parsed.capabilities, caches }, faults.at('webhook'));
  checkEntities({ parsed, within, entity: identity.entity, faults });
  // A mapping over entities that are not right would only make faults that follow from theirs.
  if (faults.all().length > before) return undefined;
  return {
    name: sourceName(input.name), file: input.file, kind, owner, region, required, limits, caches, origin, webhook, within, map, consents, parsed,
    keys: new Map(Object.entries(own).map(([entity, { key }]) => [entity, key])),
    identity: { entity: identity.entity, identifiers },
  };
}

function checkEntities(input: {
  readonly parsed: ParsedSource;
  readonly within: ReadonlyMap<string, string>;
  readonly entity: string;
  readonly faults: Faults;
}): void {
  const { parsed, within, entity, faults } = input;
  const known = [...parsed.capabilities.keys()];
  for (const [name, path] of within) {
    if (!known.includes(path.split('.')[0] ?? '')) {
      faults.add(`entities.${name}.within`, `expected one of the entities ${known.join(', ')} and a path into it, got "${path}"`);
    } else if (!path.includes('.')) faults.add(`entities.${name}.within`, `expected a path into the entity, like "${path}.lines"`);
  }
  const capabilities = parsed.capabilities.get(entity);
  if (capabilities === undefined) faults.add('identity.entity', `expected one of ${known.join(', ')}, got "${entity}"`);
  else if (capabilities.read === undefined) faults.add('identity.entity', `"${entity}" must have a read: linked customers are read by key`);
}
