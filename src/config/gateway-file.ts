import { z } from 'zod';
import { auditShape } from '../audit/settings.ts';
import { issuersShape } from '../caller/issuers.ts';
import { rowCacheShape } from '../connectors/cache/settings.ts';
import { documentMode, listenerShape, loopback } from '../http/settings.ts';
import { limitsShape, operationLimitShapes } from '../operation/limits.ts';
import { byteSize, duration, secretKey } from '../parse/shapes.ts';
import { redisShape } from '../redis/settings.ts';
import { storeShape } from '../store/settings.ts';
import { telemetryShape } from '../telemetry/settings.ts';
import { audienceLimitShapes, tokensShape } from '../tokens/settings.ts';

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'expected a name of letters, digits, - and _');
const coordinateText = z.string().regex(/^[A-Za-z]\w*\.[A-Za-z]\w*$/, 'expected a field like "Customer.email"');

/** The identifiers by which a customer can be looked up and, where the deployment trusts them so far, linked. */
export const identifierName = z.enum(['number', 'email', 'phone']);
export type IdentifierName = z.output<typeof identifierName>;

/** The audiences of the company's own people and programs, and of the customer herself; all others are partners'. */
export const ownAudiences: ReadonlySet<string> = new Set(['internal', 'self']);

/** `customer360.yaml`: all that is not about one source. */
export const gatewayFile = z.strictObject({
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.coerce.number().int().min(0).max(65535).default(4000),
      maxBody: byteSize.default(1024 * 1024),
      /** The end of every wait of one request. */
      requestDeadline: duration.default(5000),
      /** How long a stopping gateway waits for requests in flight. */
      drain: duration.default(10_000),
      ...listenerShape,
      /** How long it goes on taking requests before that, while it says already that it is not ready. */
      stopDelay: duration.default(0),
      /** How often it is looked whether the deployment's files have changed, which is then as after SIGHUP; without it, never. */
      watch: duration.refine((milliseconds) => milliseconds >= 100, 'expected 100ms or more').optional(),
    })
    .prefault({}),
  store: storeShape,
  /** What several processes share beside the store. */
  redis: redisShape.optional(),
  audit: auditShape,
  telemetry: telemetryShape,
  /** Seals cursors; the same on every process. At least 32 bytes. */
  cursorKey: secretKey,
  /** Makes the ids that partners see; the same on every process. At least 32 bytes. */
  pairwiseKey: secretKey.optional(),
  issuers: issuersShape,
  /** Tokens that the gateway issues to partners; without it, it issues none and believes none of its own. */
  tokens: tokensShape.optional(),
  /** By the name that tokens call it: what of the schema exists for the audience. A token for another one is refused. */
  audiences: z
    .record(name, z.strictObject({
      fields: z.union([z.literal('all'), z.array(coordinateText).min(1)]),
      introspection: z.boolean().default(false),
      /** Whether it may be put behind a router, as a subgraph of Apollo Federation 2: `_service` shows its schema, `_entities` finds customers by key. */
      subgraph: z.boolean().default(false),
      /** By default partners send ids alone, and all others what they like. */
      documents: documentMode.optional(),
      /** How often each token may ask, and what one operation may be where that is not as everywhere. */
      limits: z.strictObject({ ...audienceLimitShapes, ...operationLimitShapes }).partial().default({}),
    }))
    .refine((audiences) => Object.keys(audiences).length > 0, 'expected at least one audience')
    .superRefine((audiences, context) => {
      for (const [audience, { fields }] of Object.entries(audiences)) {
        // What is new in the schema must not be a partner's by itself.
        if (fields === 'all' && !ownAudiences.has(audience)) context.addIssue({ code: 'custom', path: [audience, 'fields'], message: 'expected a list of fields; "all" is for internal and self' });
      }
    }),
  /** What masks need. Of the keys, the first that is for a recipient makes its hashes: a new one can be given to one partner after the other. */
  masks: z
    .strictObject({
      hashKeys: z
        .array(z.strictObject({
          id: z.string().regex(/^[A-Za-z0-9]{1,20}$/, 'expected letters and digits'),
          key: secretKey,
          /** Audiences; without them it is for all. */
          recipients: z.array(name).min(1, 'expected at least one audience').optional(),
        }))
        .refine((keys) => new Set(keys.map(({ id }) => id.toLowerCase())).size === keys.length, 'expected each id once, whatever its case')
        .default([]),
    })
    .prefault({}),
  roles: z.array(name).min(1, 'expected at least one role'),
  /** All sources, in the order in which they are preferred where several fill one field. */
  sources: z.array(name).min(1, 'expected at least one source'),
  /** The source that lists customers, and through which they are first met. */
  lead: name,
  /** Another order for single fields. */
  order: z.record(coordinateText, z.array(name).min(1)).default({}),
  /** Rows that are kept of the entities that say so in their source's file. */
  rowCache: rowCacheShape,
  identity: z
    .strictObject({
      /** Identifiers that link records of two sources by themselves, the strongest first. */
      link: z.array(identifierName).default(['number', 'email']),
      /** For how long a source that gave no link for a customer is not asked for her again. */
      absentFor: duration.default(300_000),
      /** For how long a source that does not know an identifier is not asked for it again. */
      unknownFor: duration.default(30_000),
    })
    .prefault({}),
  access: z
    .strictObject({
      /** The longest time for which access may be asked for. */
      longest: duration.default(90 * 86_400_000),
      /** How long an emergency lasts that somebody has stated. */
      emergency: duration.default(15 * 60_000),
    })
    .prefault({}),
  /** Reports on all that is held on a customer (GDPR Art. 15). */
  accessReport: z
    .strictObject({
      /** Records beyond this are told as missing. */
      records: z.number().int().min(1).default(10_000),
      /** No further page is asked for after this. */
      deadline: duration.default(60_000),
      /** As whom the command line makes them; without it, it makes none. */
      commandLine: z.strictObject({ purpose: z.string().min(1), roles: z.array(name).min(1) }).optional(),
      /** What a page says of whom to turn to; each as one reads it, lines and all. */
      contacts: z.strictObject({ controller: z.string().min(1), privacyOfficer: z.string().min(1), authority: z.string().min(1) }).partial().prefault({}),
    })
    .prefault({}),
  limits: limitsShape,
}).superRefine(({ server, accessReport, audiences, pairwiseKey, issuers, roles, tokens, redis, rowCache }, context) => {
  if (rowCache.shared && redis === undefined) context.addIssue({ code: 'custom', path: ['rowCache', 'shared'], message: 'needs "redis": that is where rows are kept together' });
  const longest = Math.max(server.requestDeadline, accessReport.deadline);
  if (server.idleTimeout <= longest) {
    context.addIssue({ code: 'custom', path: ['server', 'idleTimeout'], message: `expected more than the longest time an answer may take, ${longest / 1000}s by server.requestDeadline and accessReport.deadline` });
  }
  if (server.explorer === 'callers' && !loopback.test(server.host)) {
    context.addIssue({ code: 'custom', path: ['server', 'explorer'], message: `"callers" is for demonstrations on this machine, and server.host is "${server.host}"; expected tokens or off` });
  }
  const partner = Object.keys(audiences).find((audience) => !ownAudiences.has(audience));
  if (partner !== undefined && pairwiseKey === undefined) {
    context.addIssue({ code: 'custom', path: ['pairwiseKey'], message: `missing; the ids that ${partner} sees are made with it, expected at least 32 bytes` });
  }
  if (tokens === undefined) return;
  const fault = (path: PropertyKey[], message: string): void => void context.addIssue({ code: 'custom', path: ['tokens', ...path], message });
  if (issuers.some(({ issuer }) => issuer === tokens.issuer)) fault(['issuer'], `"${tokens.issuer}" is among the issuers already`);
  const partners = Object.keys(audiences).filter((audience) => !ownAudiences.has(audience));
  for (const [audience, grant] of Object.entries(tokens.audiences)) {
    if (!partners.includes(audience)) fault(['audiences', audience], `expected a partner's audience${partners.length === 0 ? ', and there is none' : `: ${partners.join(', ')}`}`);
    grant.roles.forEach((role, index) => {
      if (!roles.includes(role)) fault(['audiences', audience, 'roles', index], `expected one of ${roles.join(', ')}, got "${role}"`);
    });
  }
});

export type GatewaySettings = z.output<typeof gatewayFile>;
