import type { SourceKey, SourceName } from '../../ids.ts';
import type { Capabilities, Connector } from '../connector.ts';
import type { Observe } from '../guards/events.ts';
import type { Redis } from '../../redis/redis.ts';
import { openMemory } from './memory.ts';
import { openOtherProcesses, type Dropped } from './other-processes.ts';
import { pageScope, rowScope } from './question.ts';
import type { EntityCache } from './settings.ts';
import { openSharedRows } from './shared-rows.ts';
import { withRowCache } from './with-row-cache.ts';

/** What is to be dropped of an entity: all of it, rows by their keys, all pages, or the pages that were found by some values. */
export type DropOrder = { readonly source: SourceName; readonly entity: string } & (
  | { readonly kind: 'all' | 'pages' }
  | { readonly kind: 'rows'; readonly keys: readonly SourceKey[] }
  | { readonly kind: 'found'; readonly by: string; readonly values: readonly string[] }
);

/** The row cache of one process: one memory for all sources. With Redis, the processes drop together, and may keep rows together. */
export interface RowCache {
  /** The connector with the cache around it. `origin` is the same for the same settings of its source. */
  guard(connector: Connector, policies: ReadonlyMap<string, EntityCache>, origin: string): Connector;
  /** Drops rows, and keeps none that is on its way. Rejects where the other processes could not be told; this one has dropped them by then. */
  drop(orders: readonly DropOrder[]): Promise<void>;
  /** Lets everything go. Twice is safe. */
  close(): void;
}

const sweepEvery = 30_000;

/** Opens it, for so many bytes, about. */
export function openRowCache(deps: {
  readonly bytes: number;
  readonly clock: () => number;
  readonly observe: Observe;
  /** Undefined where each process is alone. */
  readonly redis?: Redis | undefined;
  /** Where rows are kept together as well: the longest that a read is held up for them. */
  readonly sharedWait?: number | undefined;
}): RowCache {
  const { bytes, clock, observe, redis, sharedWait } = deps;
  const memory = openMemory({ bytes, clock });
  const capabilitiesOf = new Map<SourceName, Capabilities>();
  const dropHere = ({ names, scopes }: Dropped): void => {
    for (const name of names) memory.drop(name);
    for (const scope of scopes) memory.dropAll(scope);
  };
  const others = redis && openOtherProcesses({ redis, drop: dropHere, dropAll: () => void memory.dropAll('') });
  const rows = redis === undefined || sharedWait === undefined ? undefined : openSharedRows({ redis, wait: sharedWait, clock });
  const sweeper = setInterval(() => memory.sweep(), sweepEvery).unref();

  const namedBy = (order: DropOrder): Dropped => {
    const { source, entity } = order;
    const attributes = [...capabilitiesOf.get(source)?.get(entity)?.find.keys() ?? []];
    const pages = attributes.map((attribute) => pageScope(source, entity, attribute));
    switch (order.kind) {
      case 'all': return { names: [], scopes: [rowScope(source, entity), ...pages] };
      case 'pages': return { names: [], scopes: pages };
      case 'rows': return { names: order.keys.map((key) => rowScope(source, entity) + key), scopes: [] };
      case 'found': return { names: order.values.map((value) => pageScope(source, entity, order.by) + value), scopes: [] };
    }
  };

  return {
    guard(connector, policies, origin) {
      capabilitiesOf.set(connector.source, connector.capabilities);
      return withRowCache(connector, {
        policies, memory, clock, observe,
        shared: rows && { rows, origin },
        tell: others && ((dropped) => void others.tell(dropped).catch(() => undefined)),
      });
    },
    async drop(orders) {
      const dropped = orders.map(namedBy);
      const all = { names: dropped.flatMap(({ names }) => names), scopes: dropped.flatMap(({ scopes }) => scopes) };
      dropHere(all);
      orders.forEach(({ source, entity }, at) => observe({ kind: 'cache', source, entity, outcome: 'dropped', items: (dropped[at]?.names.length ?? 0) + (dropped[at]?.scopes.length ?? 0) }));
      if (others === undefined) return;
      await others.tell(all);
      // Meanwhile a read may have taken over from the others what they had not dropped yet.
      dropHere(all);
    },
    close() {
      clearInterval(sweeper);
      others?.stop();
      memory.dropAll('');
    },
  };
}
