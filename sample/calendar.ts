/** Milliseconds. */
export const hour = 3_600_000;
export const day = 24 * hour;

/** YYYY-MM-DD, in UTC. */
export function dateText(time: number): string {
  return instantText(time).slice(0, 10);
}

/** RFC 3339, in UTC. */
export function instantText(time: number): string {
  return new Date(time).toISOString();
}

/** So many days later, to the hour; parts of a day count. */
export function daysAfter(time: number, days: number): number {
  return time + Math.round(days * 24) * hour;
}

/** Whole seconds since the epoch. */
export function epochSeconds(time: number): number {
  return Math.floor(time / 1000);
}

/** Midnight (UTC) of that day, or of the 28th where the day is later: a day that every month has. */
export function billingDay(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), Math.min(date.getUTCDate(), 28));
}

/** The same day, so many months later. */
export function addMonths(time: number, months: number): number {
  const date = new Date(time);
  return date.setUTCMonth(date.getUTCMonth() + months);
}
