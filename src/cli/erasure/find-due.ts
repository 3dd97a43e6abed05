import type { CustomerId } from '../../ids.ts';
import type { Erasure, Held } from '../../store/erasure.ts';
import { pause, within } from '../within.ts';

/** Whom ids lead to, each once. */
export interface Due {
  readonly held: readonly Held[];
  /** Those who are one with others whom the ids do not name. */
  readonly spared: readonly (Held & { readonly others: readonly CustomerId[] })[];
}

/** Looks for customers by their ids. `alone` spares those with whom somebody else would be erased; of who is not there nothing is told. */
export async function findDue(erasure: Pick<Erasure, 'find'>, { wanted, alone, signal }: {
  readonly wanted: readonly CustomerId[];
  readonly alone: boolean;
  readonly signal: AbortSignal;
}): Promise<Due> {
  const named = new Set(wanted);
  const found = new Map<CustomerId, Held>();
  for (const id of named) {
    await pause(signal);
    const held = await within(erasure.find(id), 'reading the store');
    if (held !== undefined) found.set(held.root, held);
  }
  const all = [...found.values()].map((held) => ({ ...held, others: alone ? held.ids.filter((id) => !named.has(id)) : [] }));
  return { held: all.filter(({ others }) => others.length === 0), spared: all.filter(({ others }) => others.length > 0) };
}

/** How many records are held of customers. */
export function totalOf(held: readonly Held[]): number {
  return held.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
}
