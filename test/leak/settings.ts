import { randomInt } from 'node:crypto';

/**
 * What a run of these tests is set to by its environment: `LEAK_SEED` for a run again, `LEAK_CASES` for a longer or a shorter one, and
 * `LEAK_CASE`, as a failure names it, for one case alone.
 */
export interface Settings {
  readonly seed: string;
  readonly cases: number;
  readonly only: { readonly world: number; readonly number: number } | undefined;
}

/** Reads them; `usual` is the number of cases that are run without a word. */
export function readSettings(usual: number): Settings {
  const { LEAK_SEED, LEAK_CASES, LEAK_CASE } = process.env;
  const [world, number] = LEAK_CASE?.split('.').map(Number) ?? [];
  return {
    seed: LEAK_SEED ?? String(randomInt(2 ** 31)),
    cases: LEAK_CASES === undefined ? usual : Number(LEAK_CASES),
    only: world === undefined || number === undefined ? undefined : { world, number },
  };
}
