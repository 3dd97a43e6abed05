import { percentile } from '../../bench/measure.ts';

/** The value below which this part of some values lies. */
export function quantile(values: readonly number[], part: number): number {
  return percentile(values.toSorted((a, b) => a - b), part);
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
