import type { IncomingHttpHeaders } from 'node:http';
import type { DropOrder } from '../connectors/cache/open-row-cache.ts';
import { keyOf, pick } from '../connectors/row.ts';
import type { SourceKey, SourceName } from '../ids.ts';
import type { EventMemory } from './event-memory.ts';
import { RedisError } from '../redis/redis.ts';
import { mayProve, proveEvent } from './prove-event.ts';
import type { DropSettings, Place, WebhookSettings } from './settings.ts';
import { jsonOf } from '../parse/json.ts';

/**
 * What became of an event: rows were dropped; or its sender did not prove itself, it was obeyed before, it cannot be read, or not every process could be told:
 * then it has to come again.
 */
export type Received = 'dropped' | 'unproven' | 'repeated' | 'unreadable' | 'untold';

/** Takes what one source tells of changes. */
export interface Webhook {
  /** Whether an event with these headers is worth waiting for its body. */
  mayProve(headers: IncomingHttpHeaders): boolean;
  receive(event: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }): Promise<Received>;
}

/** An event that names more than that is about all of the entity. */
const mostNamed = 1000;

/** Opens it. An event is remembered once it has been obeyed, so that one that failed can be sent again. */
export function openWebhook({ source, settings, clock, events, drop, onFailure }: {
  readonly source: SourceName;
  readonly settings: WebhookSettings;
  readonly clock: () => number;
  readonly events: EventMemory;
  /** Rejects where it could not be done everywhere. */
  readonly drop: (orders: readonly DropOrder[]) => Promise<void>;
  readonly onFailure: (error: RedisError) => void;
}): Webhook {
  // Of two that come at once, one is obeyed, and both are answered with what becomes of it.
  const underWay = new Map<string, Promise<Received>>();

  const obey = async (told: object, mark: string | undefined): Promise<Received> => {
    try {
      if (mark !== undefined && await events.knows(mark)) return 'repeated';
      await drop((await Promise.all(settings.drops.map((one) => ordersOf(source, one, told)))).flat());
      if (mark !== undefined) await events.remember(mark);
      return 'dropped';
    } catch (error) {
      if (!(error instanceof RedisError)) throw error;
      onFailure(error);
      return 'untold';
    }
  };

  return {
    mayProve: (headers) => mayProve(settings, { headers, now: clock() }),
    async receive({ headers, body }) {
      const now = clock();
      const proven = proveEvent(settings, { headers, body, now });
      if (proven === undefined) return 'unproven';
      const told = jsonOf(body.toString('utf8'));
      if (told === null || typeof told !== 'object') return 'unreadable';
      const own = idOf(settings, headers, told);
      if (own === null) return 'unreadable';
      const mark = own ?? proven.mark;
      if (mark === undefined) return obey(told, mark);
      const before = underWay.get(mark);
      if (before !== undefined) return await before === 'dropped' ? 'repeated' : before;
      const obeyed = obey(told, mark).finally(() => underWay.delete(mark));
      underWay.set(mark, obeyed);
      return obeyed;
    },
  };
}

/** The event's own id; undefined where none is looked for, null where it should have one. */
function idOf({ id }: WebhookSettings, headers: IncomingHttpHeaders, told: object): string | undefined | null {
  if (id === undefined) return undefined;
  return keyOf(typeof id === 'string' ? pick(told, id.split('.')) : headers[id.header]) ?? null;
}

async function ordersOf(source: SourceName, settings: DropSettings, told: object): Promise<readonly DropOrder[]> {
  const { entity, kind } = settings;
  const all: DropOrder = { source, entity, kind: 'all' };
  if (kind === 'all') return [all];
  const named = await keysAt(kind === 'rows' ? settings.keys : settings.values, told);
  if (named.length > mostNamed) return [all];
  if (kind === 'found') return [{ source, entity, kind, by: settings.by, values: named }];
  return [{ source, entity, kind, keys: named }, ...(settings.pages ? [{ source, entity, kind: 'pages' } as const] : [])];
}

async function keysAt(place: Place, told: object): Promise<readonly SourceKey[]> {
  const found = place.kind === 'path' ? pick(told, place.path) : await place.evaluate(told);
  return [found].flat(Infinity).flatMap((value) => keyOf(value) ?? []);
}
