import { LRUCache } from 'lru-cache';
import type { Kept } from './question.ts';

/** What was asked of a source and is not there yet. What is dropped meanwhile must not be kept when it comes. */
export interface Flight {
  /** False once the name was dropped. */
  holds(name: string): boolean;
  /** It has come, or will not. */
  land(): void;
}

/** The rows that one process keeps, of all sources. A name is a scope with a key or value behind it. */
export interface Memory {
  /** The newest that has all the fields, whatever its age. */
  find(name: string, place: string, fields: readonly string[]): Kept | undefined;
  /** Keeps it until that time, in milliseconds since the epoch. */
  keep(name: string, place: string, kept: Kept, until: number): void;
  depart(names: readonly string[]): Flight;
  /** Drops what is kept under a name, and what is on its way to it; whether anything was kept. */
  drop(name: string): boolean;
  /** The same for all names of a scope. */
  dropAll(scope: string): boolean;
  /** Lets go of all whose time is over. */
  sweep(): void;
}

interface Held extends Kept {
  readonly has: ReadonlySet<string>;
  readonly until: number;
  /** Bytes, about. */
  readonly size: number;
}

type Group = ReadonlyMap<string, readonly Held[]>;

/** The same row may be kept with that many sets of fields, none of which has all of another's. */
const mostProjections = 4;

/** Opens a memory of so many bytes, about. What was not asked for the longest goes first. */
export function openMemory({ bytes, clock }: { readonly bytes: number; readonly clock: () => number }): Memory {
  // What is of one name lies together, so that it is dropped together.
  const groups = new LRUCache<string, Group>({ maxSize: bytes, sizeCalculation: (group, name) => sizeOfGroup(group) + sizeOf(name) });
  const flights = new Map<string, Set<{ dropped: Set<string> }>>();

  const dropName = (name: string): boolean => {
    for (const flight of flights.get(name) ?? []) flight.dropped.add(name);
    return groups.delete(name);
  };
  const put = (name: string, group: Group): void => void (group.size === 0 ? groups.delete(name) : groups.set(name, group));

  return {
    find(name, place, fields) {
      for (const held of groups.get(name)?.get(place) ?? []) if (hasAll(held, fields)) return held;
      return undefined;
    },
    keep(name, place, kept, until) {
      const held: Held = { ...kept, has: new Set(kept.fields), until, size: kept.rows.reduce((sum, row) => sum + sizeOf(row.key) + sizeOf(row.values), sizeOf(kept.next)) };
      const group = groups.peek(name);
      const before = group?.get(place) ?? [];
      // Another read may have come before this one, and read it later.
      if (before.some((one) => one.fetchedAt >= held.fetchedAt && hasAll(one, kept.fields))) return;
      const others = before.filter((one) => one.until > clock() && !hasAll(held, one.fields));
      put(name, new Map(group).set(place, [held, ...others].sort((a, b) => b.fetchedAt - a.fetchedAt).slice(0, mostProjections)));
    },
    depart(names) {
      const flight = { dropped: new Set<string>() };
      for (const name of names) flights.set(name, (flights.get(name) ?? new Set()).add(flight));
      return {
        holds: (name) => !flight.dropped.has(name),
        land() {
          for (const name of names) {
            const others = flights.get(name);
            others?.delete(flight);
            if (others?.size === 0) flights.delete(name);
          }
        },
      };
    },
    drop: dropName,
    dropAll: (scope) => [...new Set([...groups.keys(), ...flights.keys()])].filter((name) => name.startsWith(scope)).map(dropName).includes(true),
    sweep() {
      const now = clock();
      for (const [name, group] of [...groups.entries()]) {
        if (![...group.values()].some((all) => all.some(({ until }) => until <= now))) continue;
        put(name, new Map([...group].map(([place, all]) => [place, all.filter(({ until }) => until > now)] as const).filter(([, all]) => all.length > 0)));
      }
    },
  };
}

function hasAll({ has }: Held, fields: readonly string[]): boolean {
  return fields.every((field) => has.has(field));
}

function sizeOfGroup(group: Group): number {
  let size = 0;
  for (const all of group.values()) for (const held of all) size += held.size + 200;
  return size;
}

/** About how many bytes a value takes. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (value === null || typeof value !== 'object') return 8;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item), 32);
  return Object.values(value).reduce((sum: number, item) => sum + 16 + sizeOf(item), 48);
}
