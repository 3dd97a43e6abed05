import { isDeepStrictEqual } from 'node:util';
import { unreachable } from '../../errors.ts';
import type { SourceKey } from '../../ids.ts';
import type { Faults } from '../../parse/faults.ts';
import type { ReadResult, Row } from '../connector.ts';
import { keyOf, pick } from '../row.ts';
import type { MergedSettings } from './settings.ts';

/** What a source is declared to do with the key of a record that was merged into another one. */
export type Merged =
  /** It answers with no row of another key. */
  | { readonly kind: 'never' }
  /** It answers with the other record, which holds the ids that were merged into it. */
  | { readonly kind: 'listed'; readonly path: readonly string[]; readonly separator: string | undefined }
  /** It answers with the other record, and only the deployment's word says that this is the one. */
  | { readonly kind: 'vouched' };

/** Understands the setting `merged` of a read that takes `batch` keys a call. */
export function mergedOf(settings: MergedSettings | undefined, batch: number, faults: Faults): Merged {
  if (settings === undefined) return { kind: 'never' };
  if (settings === true) {
    if (batch > 1) faults.add('', `with true a call reads one key, as no row shows whose it is; got a batch of ${batch}`);
    return { kind: 'vouched' };
  }
  const { path, separator } = typeof settings === 'string' ? { path: settings, separator: undefined } : settings;
  return { kind: 'listed', path: path.split('.'), separator };
}

/** The path without which a row could not show what was merged into it. */
export function mergedPath(merged: Merged): readonly string[] | undefined {
  return merged.kind === 'listed' ? merged.path : undefined;
}

/** A row, or what a connector keeps with one, under the row's own key. */
export interface Keyed<Item> {
  readonly item: Item;
  readonly key: SourceKey;
}

/** The rows of an answer, handed to the keys that were asked for. */
export interface Handed<Item> {
  /** Two rows stand for any number above one, since no more is known of a key with several. */
  readonly rowsOf: ReadonlyMap<string, readonly Keyed<Item>[]>;
  /** How many rows proved to belong to no key that was asked. */
  readonly strange: number;
}

/** How the rows of an entity prove to belong to a key. */
export interface Proving<Item> {
  readonly raw: (item: Item) => unknown;
  readonly key: readonly string[];
  readonly merged: Merged;
}

/**
 * Hands each row to the asked keys that it proves to belong to. A key that has a row of its own gets no other, whatever
 * other rows claim: what it is answered does not depend on which keys are asked together with it.
 */
export function handOut<Item>(items: readonly Item[], asked: ReadonlySet<string>, { raw, key: keyPath, merged }: Proving<Item>): Handed<Item> {
  const own = new Map<string, readonly Keyed<Item>[]>();
  const claimed = new Map<string, readonly Keyed<Item>[]>();
  const put = (rows: Map<string, readonly Keyed<Item>[]>, to: string, keyed: Keyed<Item>): void => {
    const known = rows.get(to);
    if (known === undefined) {
      rows.set(to, [keyed]);
      return;
    }
    // Who answers each asked key with a row of its own gives the surviving record once for each key that was merged into it.
    const again = merged.kind === 'listed' && known.some((other) => isDeepStrictEqual(other, keyed));
    if (known.length < 2 && !again) rows.set(to, [...known, keyed]);
  };
  let strange = 0;
  for (const item of items) {
    const key = keyOf(pick(raw(item), keyPath));
    // As nearly all rows are: of a record that is where it was.
    if (key !== undefined && merged.kind === 'never' && asked.has(key)) {
      put(own, key, { item, key });
      continue;
    }
    const proven = key === undefined ? nothing : provenBy(raw(item), key, asked, merged);
    if (key === undefined || proven.own.length + proven.claimed.length === 0) {
      strange += 1;
      continue;
    }
    for (const each of proven.own) put(own, each, { item, key });
    for (const each of proven.claimed) put(claimed, each, { item, key });
  }
  return { rowsOf: claimed.size === 0 ? own : new Map([...claimed, ...own]), strange };
}

/** The row as the answer to the asked key. */
export function foundOrMoved(asked: string, row: Row): ReadResult {
  return { kind: row.key === asked ? 'found' : 'moved', row };
}

interface Proven {
  readonly own: readonly string[];
  readonly claimed: readonly string[];
}

const nothing: Proven = { own: [], claimed: [] };

function provenBy(raw: unknown, key: SourceKey, asked: ReadonlySet<string>, merged: Merged): Proven {
  const own = asked.has(key) ? [key] : [];
  switch (merged.kind) {
    case 'never': return { own, claimed: [] };
    case 'listed': return { own, claimed: [...new Set(idsAt(raw, merged))].filter((id) => asked.has(id)) };
    // One key is asked a call, and all that comes back is its own: of two rows neither could be preferred.
    case 'vouched': return { own: [...asked], claimed: [] };
    default: return unreachable(merged);
  }
}

/** The ids at the path: one, a list of them, or text that the separator divides. What cannot be a key is none. */
function idsAt(raw: unknown, { path, separator }: Extract<Merged, { kind: 'listed' }>): readonly string[] {
  // Each step of a path may cross one list. A list within a list is no list of ids, however deep a source nests it.
  const values: readonly unknown[] = [pick(raw, path)].flat(path.length);
  return values
    .flatMap((value) => (typeof value === 'string' && separator !== undefined ? value.split(separator) : [value]))
    .flatMap((value) => keyOf(value) ?? []);
}
