import { median } from './statistics.ts';

/** Bytes of memory at a time in milliseconds. */
export interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** How memory went after the first third of the time, in which caches fill. */
export interface MemoryTrend {
  /** Megabytes a minute, by least squares. */
  readonly slope: number;
  readonly from: number;
  readonly to: number;
  /** True where the end is clearly more than the beginning. */
  readonly grows: boolean;
}

const mega = 1024 * 1024;

/** Tells the trend of some samples. */
export function trendOf(samples: readonly Sample[]): MemoryTrend {
  const settled = samples.slice(Math.floor(samples.length / 3));
  const part = Math.max(1, Math.floor(settled.length / 4));
  const [from, to] = [settled.slice(0, part), settled.slice(-part)].map((some) => median(some.map(({ bytes }) => bytes)) / mega);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, bytes] = [mean(settled.map((one) => one.at)), mean(settled.map((one) => one.bytes))];
  const slope = settled.reduce((sum, one) => sum + (one.at - at) * (one.bytes - bytes), 0) / settled.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  return { slope: slope * 60_000 / mega, from: from ?? NaN, to: to ?? NaN, grows: (to ?? 0) > 1.15 * (from ?? 0) + 16 };
}
