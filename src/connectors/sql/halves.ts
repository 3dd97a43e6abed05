/**
 * Asks again for each half of what was refused as a whole, so that a bad value fails alone. What is refused alone gets the
 * `verdict`. Halves are asked one after the other: they stand for one call.
 */
export async function inHalves<Result>(
  values: readonly string[],
  verdict: Result,
  askFor: (half: readonly string[]) => Promise<ReadonlyMap<string, Result>>,
): Promise<ReadonlyMap<string, Result>> {
  if (values.length <= 1) return new Map(values.map((value) => [value, verdict]));
  const middle = Math.ceil(values.length / 2);
  const first = await askFor(values.slice(0, middle));
  return new Map([...first, ...(await askFor(values.slice(middle)))]);
}
