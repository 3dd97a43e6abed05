/** The options of an `LRUCache` that takes memory for what it holds; `max` would take it for the most that it may hold, at once. */
export function atMost(most: number): { readonly maxSize: number; readonly sizeCalculation: () => number } {
  return { maxSize: most, sizeCalculation: () => 1 };
}
