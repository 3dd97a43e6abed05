import type { z } from 'zod';
import type { Limits, Limit } from '../../caller/caller.ts';
import type { TokenOrder } from '../../caller/own-token.ts';
import type { Config } from '../../config/load-config.ts';
import { duration, durationText } from '../../parse/shapes.ts';
import { limitShapes, type TokenSettings } from '../../tokens/settings.ts';
import { wrongCommandLine } from '../command-error.ts';
import { instant } from '../import/read-values.ts';
import { hasControl } from '../import/read-person.ts';

/** What the issuing command was told. */
export interface OrderOptions {
  readonly audience: string;
  readonly subject: string;
  readonly scope: readonly string[];
  readonly purpose: readonly string[];
  readonly expires: string;
  readonly notBefore: string | undefined;
  readonly rate: string | undefined;
  readonly quota: string | undefined;
}

/** Understands an order for a token, within what the deployment lets tokens for the audience say. Throws what is wrong with the command line. */
export function readOrder(
  options: OrderOptions,
  context: { readonly tokens: TokenSettings; readonly audiences: Config['gateway']['audiences']; readonly customers: readonly string[]; readonly id: string; readonly now: number },
): TokenOrder {
  const { tokens, audiences, customers, id } = context;
  const audience = oneOf('--audience', options.audience, Object.keys(tokens.audiences));
  const grant = tokens.audiences[audience];
  if (grant === undefined) throw new Error('an audience has no grant');
  const issuedAt = wholeSeconds(context.now);
  const expiresAt = wholeSeconds(momentOf('--expires', options.expires, issuedAt));
  const notBefore = options.notBefore === undefined ? issuedAt : wholeSeconds(understood('--not-before', instant, options.notBefore));
  if (expiresAt <= issuedAt) throw wrongCommandLine(`--expires: expected a time to come, got ${JSON.stringify(options.expires)}`);
  if (expiresAt - issuedAt > tokens.longestLifetime) {
    throw wrongCommandLine(`--expires: expected at most ${durationText(tokens.longestLifetime)} from now (tokens.longestLifetime), got ${JSON.stringify(options.expires)}`);
  }
  if (notBefore >= expiresAt) throw wrongCommandLine(`--not-before: expected a time before the token expires, got ${JSON.stringify(options.notBefore)}`);
  return {
    id, subject: plainText('--subject', options.subject), audience, roles: grant.roles,
    scopes: unique(options.scope.map((scope) => oneOf('--scope', scope, grant.scopes))),
    purposes: unique(options.purpose.map((purpose) => oneOf('--purpose', purpose, grant.purposes))),
    customers: unique(customers), limits: limitsOf(options, audiences[audience]?.limits ?? {}), issuedAt, notBefore, expiresAt,
  };
}

/** A text that names somebody or something, as it may stand in a token and in a list. */
export function plainText(option: string, value: string): string {
  const text = value.trim();
  if (text === '' || text.length > 200 || hasControl(text)) throw wrongCommandLine(`${option}: expected 1 to 200 characters, none of them for control, got ${JSON.stringify(value.slice(0, 60))}`);
  return text;
}

function limitsOf({ rate, quota }: OrderOptions, ofAudience: Limits): Limits {
  return {
    ...(rate === undefined ? {} : { rate: narrower('--rate', limitOf('--rate', rate, limitShapes.rate), ofAudience.rate) }),
    ...(quota === undefined ? {} : { quota: narrower('--quota', limitOf('--quota', quota, limitShapes.quota), ofAudience.quota) }),
  };
}

function limitOf(option: string, text: string, shape: z.ZodType<Limit>): Limit {
  const match = /^(\d{1,15})\/(.+)$/.exec(text);
  if (match === null) throw wrongCommandLine(`${option}: expected requests per time, like 60/1m, got ${JSON.stringify(text)}`);
  return understood(option, shape, { requests: Number(match[1]), per: match[2] }, text);
}

/** A limit that could never hold anybody back was meant otherwise. */
function narrower(option: string, limit: Limit, than: Limit | undefined): Limit {
  if (than !== undefined && limit.per <= than.per && limit.requests >= than.requests) {
    throw wrongCommandLine(`${option}: expected less than the audience's ${than.requests}/${durationText(than.per)}, got ${limit.requests}/${durationText(limit.per)}`);
  }
  return limit;
}

function momentOf(option: string, text: string, now: number): number {
  const time = duration.safeParse(text);
  if (time.success) return now + time.data;
  const moment = instant.safeParse(text);
  if (moment.success) return moment.data;
  throw wrongCommandLine(`${option}: expected a duration like 30d or 12h, or a time in RFC 3339 like 2027-03-01T00:00:00Z, got ${JSON.stringify(text)}`);
}

function understood<Shape extends z.ZodType>(option: string, shape: Shape, value: unknown, shown = value): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw wrongCommandLine(`${option}: ${result.error.issues[0]?.message ?? 'not understood'}, got ${JSON.stringify(shown)}`);
}

function oneOf(option: string, value: string, known: readonly string[]): string {
  if (known.includes(value)) return value;
  const expected = known.length === 0 ? 'the deployment lets tokens for this audience have none' : `expected ${known.join(' or ')}`;
  throw wrongCommandLine(`${option}: ${expected}, got ${JSON.stringify(value)}`);
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** Tokens count in seconds. */
function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
