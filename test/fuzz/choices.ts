/**
 * Choices that a list of numbers makes, so that fast-check makes them, tells them and takes them back: a shorter list is a smaller case.
 * Where the list is at its end, each choice is the first.
 */
export interface Choices {
  /** From 0 to below `end`. */
  int(end: number): number;
  /** Once in so many times. */
  once(inSo: number): boolean;
  pick<Item>(list: readonly [Item, ...Item[]]): Item;
  /** One of a list that may be empty. */
  maybe<Item>(list: readonly Item[]): Item | undefined;
}

/** Opens the choices of a list. */
export function openChoices(numbers: readonly number[]): Choices {
  const left = numbers.values();
  const int = (end: number): number => (left.next().value ?? 0) % Math.max(1, end);
  return { int, once: (inSo) => int(inSo) === inSo - 1, pick: (list) => list[int(list.length)] ?? list[0], maybe: (list) => list[int(list.length)] };
}
