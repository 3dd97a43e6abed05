/** The first day of a date's year, `1984-01-01`; undefined for what is no date of RFC 3339. */
export function yearOfDate(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  // The clock's own reading may roll a 30 February over into March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? `${text.slice(0, 4)}-01-01` : undefined;
}

/** The first instant of an instant's year in UTC, `2025-01-01T00:00:00.000Z`; undefined for what is no instant of RFC 3339. */
export function yearOfInstant(text: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i.test(text)) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time) || yearOfDate(text.slice(0, 10)) === undefined) return undefined;
  const year = new Date(time).getUTCFullYear();
  // An offset can push an instant out of the years that can be written.
  return year < 0 || year > 9999 ? undefined : `${String(year).padStart(4, '0')}-01-01T00:00:00.000Z`;
}
