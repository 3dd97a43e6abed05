import { isDeepStrictEqual } from 'node:util';
import { customerAt, keysAt, loadedCustomers } from './company.ts';
import type { Contestant } from './contestants.ts';

/** Customers from all over the list. */
const places = Array.from({ length: 60 }, (_, index) => (index * 163) % loadedCustomers);

/**
 * Checks that a contestant answers rightly for many customers, one by one and as a list, from all systems and from the CRM alone. All contestants are compared with what
 * the sources hold, and so with each other. Rejects with the first difference.
 */
export async function passGate(contestant: Contestant): Promise<void> {
  for (const sources of ['all', 'crm'] as const) {
    const expected = places.map((at) => customerAt(at, sources));
    const numbers = places.map((at) => keysAt(at).number);
    for (const [at, number] of numbers.entries()) expectEqual(contestant, await ask(contestant, [number], sources, at), [expected[at]]);
    expectEqual(contestant, await ask(contestant, numbers.slice(0, 50), sources, 0), expected.slice(0, 50));
    // The other way round: a list in no order of the source's own.
    expectEqual(contestant, await ask(contestant, numbers.toReversed().slice(0, 50), sources, 1), expected.toReversed().slice(0, 50));
  }
  await contestant.ownGate?.();
}

async function ask({ url, headers, dialect }: Contestant, numbers: readonly string[], sources: 'all' | 'crm', turn: number): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers(turn) }, body: JSON.stringify(dialect.ask(numbers, sources)),
  });
  return dialect.read(await response.json());
}

/** Throws unless an answer is what was expected, whatever the order of its fields. */
export function expectEqual({ name }: Pick<Contestant, 'name'>, got: unknown, expected: unknown): void {
  // Some executors make objects without a prototype.
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(got)), JSON.parse(JSON.stringify(expected)))) return;
  throw new Error(`${name} answers wrongly:\n  got      ${JSON.stringify(got)}\n  expected ${JSON.stringify(expected)}`);
}
