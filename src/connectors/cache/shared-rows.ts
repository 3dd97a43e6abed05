import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { sourceKey } from '../../ids.ts';
import type { Redis } from '../../redis/redis.ts';
import type { Kept } from './question.ts';
import { everything, newToken, tokenName } from './shared-tokens.ts';

/** Where rows lie: the names below one scope, and what was asked of them. */
export interface Place {
  readonly scope: string;
  /** Which part of what is found. */
  readonly place: string;
  readonly fields: readonly string[];
  /** What else changes the rows: the same for the same settings of a source. */
  readonly origin: string;
}

/** What was looked up, and where the source's answers to the rest are kept. */
export interface Looked {
  readonly found: ReadonlyMap<string, Kept>;
  /** Keeps what the source has given since, for so many milliseconds, unless it was dropped since the look. Nobody waits for it. */
  keep(item: string, kept: Kept, keepFor: number): void;
}

/** Rows that several processes keep together. Nothing here rejects: what fails is as if nothing were kept. */
export interface SharedRows {
  /** Looks several items up; rows of the entity may be kept for `longest`. Undefined where nothing can be looked up, nor kept. */
  look(at: Place, items: readonly string[], longest: number): Promise<Looked> | undefined;
}

/** How much longer than what is under it a token of one name lives: longer than a source takes to answer. */
const margin = 120_000;
/** What is larger is not kept. */
const mostBytes = 256 * 1024;
/** After an answer that came too late nobody waits for another, for so many milliseconds. */
const rest = 1000;

const entryShape = z.strictObject({
  rows: z.array(z.strictObject({ key: z.string(), fetchedAt: z.number(), values: z.array(z.unknown()) })),
  next: z.string().optional(),
  fetchedAt: z.number(),
});

/** Opens them. `wait` is the longest that a read is held up for them. */
export function openSharedRows({ redis, wait, clock }: { readonly redis: Redis; readonly wait: number; readonly clock: () => number }): SharedRows {
  const { seal } = redis;
  let restUntil = -Infinity;

  const look = async ({ scope, place, fields, origin }: Place, items: readonly string[], longest: number): Promise<Looked> => {
    const sorted = [...new Set(fields)].sort();
    const above = [tokenName(seal, everything), tokenName(seal, scope)];
    const ownOf = new Map(items.map((item) => [item, tokenName(seal, scope + item)]));
    const placeOf = (item: string): readonly string[] => [scope + item, place, JSON.stringify(sorted), origin];
    const entryOf = new Map(items.map((item) => [item, seal.name('row', ...placeOf(item))]));
    const names = [...above, ...ownOf.values(), ...entryOf.values()];
    const values = await redis.ask('rows.read', (commands) => commands.values(names), wait);
    const there = new Map(names.map((name, at) => [name, values[at] ?? undefined]));
    // A token has to be there before the source is asked: what is dropped after that takes it away.
    const missing = [...above, ...ownOf.values()].filter((name) => there.get(name) === undefined);
    if (missing.length > 0) {
      const puts = missing.map((name) => newToken(name, above.includes(name) ? undefined : longest + margin));
      const claimed = await redis.ask('rows.claim', (commands) => commands.claim(puts), wait);
      missing.forEach((name, at) => there.set(name, claimed[at]));
    }
    // Of tokens that were not there, none is what anything was sealed with.
    const boundTo = (item: string): readonly string[] => ['row', ...placeOf(item), ...[...above, ownOf.get(item) ?? ''].map((name) => there.get(name)?.toString('base64') ?? '')];
    return {
      found: new Map(items.flatMap((item): readonly (readonly [string, Kept])[] => {
        const sealed = there.get(entryOf.get(item) ?? '');
        const kept = sealed && readEntry(seal.open(sealed, ...boundTo(item)), sorted);
        return kept === undefined ? [] : [[item, kept]];
      })),
      keep(item, kept, keepFor) {
        const name = entryOf.get(item);
        const entry = serialize(entryFor(kept, sorted));
        if (name === undefined || keepFor < 1 || entry.length > mostBytes) return;
        const put = { name, value: seal.seal(entry, ...boundTo(item)), keepFor };
        redis.ask('rows.keep', (commands) => commands.put([put], [{ name: ownOf.get(item) ?? '', keepFor: longest + margin }])).catch(() => undefined);
      },
    };
  };

  return {
    look(at, items, longest) {
      if (!redis.isUp() || clock() < restUntil) return undefined;
      return look(at, items, longest).catch((): Looked => {
        restUntil = clock() + rest;
        return { found: new Map(), keep: () => undefined };
      });
    },
  };
}

/** Not JSON: a list may have places without a value, which are not the same as nothing. */
function entryFor({ rows, next, fetchedAt }: Kept, fields: readonly string[]): z.input<typeof entryShape> {
  return { rows: rows.map((row) => ({ key: row.key, fetchedAt: row.fetchedAt, values: fields.map((field) => row.values[field]) })), next, fetchedAt };
}

/** Undefined where it does not open, or was written by a version that writes otherwise. */
function readEntry(opened: Buffer | undefined, fields: readonly string[]): Kept | undefined {
  if (opened === undefined) return undefined;
  const entry = entryShape.safeParse(deserialized(opened)).data;
  return entry && {
    fields, next: entry.next, fetchedAt: entry.fetchedAt,
    rows: entry.rows.map((row) => {
      const values = Object.create(null) as Record<string, unknown>;
      fields.forEach((field, at) => (values[field] = row.values[at]));
      return { key: sourceKey(row.key), values, fetchedAt: row.fetchedAt, stale: false };
    }),
  };
}

function deserialized(bytes: Buffer): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}
