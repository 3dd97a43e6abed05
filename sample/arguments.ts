import { Refusal } from './refusal.ts';

/** A whole number among the parameters, or its default; out of range is refused. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  range: { readonly from: number; readonly to: number; readonly usual: number },
): number {
  const text = query.get(name);
  if (text === null) return range.usual;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= range.from && number <= range.to) return number;
  throw badRequest(`${name}: expected a whole number from ${range.from} to ${range.to}, got ${JSON.stringify(text)}`);
}

/** The parts of a parameter that are separated by commas; undefined when it was not given. */
export function commaList(query: URLSearchParams, name: string): readonly string[] | undefined {
  return query.get(name)?.split(',').filter((part) => part !== '');
}

/** A JSON object. */
export function objectBody(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw badRequest('the body: expected an object');
}

/** A list of texts in a body, no longer than `max`. */
export function textList(body: Readonly<Record<string, unknown>>, name: string, max: number): readonly string[] {
  const list = body[name];
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw badRequest(`${name}: expected a list of texts`);
  return atMost(list, name, max);
}

/** The list, unless it is too long. */
export function atMost(list: readonly string[], name: string, max: number): readonly string[] {
  if (list.length <= max) return list;
  throw new Refusal(400, 'too_many', `${name}: at most ${max}, got ${list.length}`);
}

/** The refusal of a request that makes no sense. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, 'bad_request', message);
}
