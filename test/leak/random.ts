/**
 * Choices that follow from a seed alone, so that any case can be made again by its name. Not fast-check's: a case's document, caller
 * and world have seeds of their own, and a thousand cases are in flight over one gateway, which its runner does not do.
 */
export interface Random {
  /** From 0 to below `end`. */
  int(end: number): number;
  chance(probability: number): boolean;
  pick<Item>(list: readonly [Item, ...Item[]]): Item;
  /** One of a list that may be empty. */
  maybe<Item>(list: readonly Item[]): Item | undefined;
  /** Each item with the same probability, in order. */
  some<Item>(list: readonly Item[], probability: number): readonly Item[];
}

/** Opens the choices of one seed; any text is one. */
export function openRandom(seed: string): Random {
  let state = hash(seed);
  // Mulberry32: 32 bits of state are enough where each case has its own.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (end: number): number => Math.floor(next() * end);
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(list.length)] ?? list[0],
    maybe: (list) => list[int(list.length)],
    some: (list, probability) => list.filter(() => next() < probability),
  };
}

/** FNV-1a. */
function hash(text: string): number {
  return Buffer.from(text).reduce((known, byte) => Math.imul(known ^ byte, 0x01000193), 0x811c9dc5);
}
