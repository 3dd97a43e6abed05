/** A figure that was measured several times. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** As measured, in the order of the rounds. */
  readonly rounds: readonly number[];
}

/** The middle of some measurements, and how far they lie apart. */
export function spreadOf(rounds: readonly number[]): Spread {
  const sorted = rounds.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN, sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN];
  return { median: (low + high) / 2, least: sorted[0] ?? NaN, most: sorted.at(-1) ?? NaN, rounds };
}

/** One figure over another, round by round, so that what the machine did meanwhile is in both. */
export function ratioOf(figure: Spread, floor: Spread): Spread {
  return spreadOf(figure.rounds.map((value, round) => value / (floor.rounds[round] ?? NaN)));
}

/** `282 (275 to 301)`, with so many decimals. */
export function shown({ median, least, most }: Spread, decimals: number): string {
  const [middle, from, to] = [median, least, most].map((value) => value.toFixed(decimals));
  return `${middle} (${from} to ${to})`;
}
