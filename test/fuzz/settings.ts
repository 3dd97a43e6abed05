import { randomInt } from 'node:crypto';

/**
 * What a run is set to by its environment: `FUZZ_SEED` for a run again, `FUZZ_CASES` for a longer or a shorter one, and beside the seed
 * `FUZZ_PATH`, as a failure names both, for one case alone.
 */
export interface Settings {
  readonly seed: number;
  readonly cases: number;
  readonly path: string | undefined;
}

/** Reads them; `usual` is the number of cases that are run without a word. */
export function readSettings(usual: number): Settings {
  const { FUZZ_SEED, FUZZ_CASES, FUZZ_PATH } = process.env;
  return { seed: FUZZ_SEED === undefined ? randomInt(2 ** 30) : Number(FUZZ_SEED), cases: FUZZ_CASES === undefined ? usual : Number(FUZZ_CASES), path: FUZZ_PATH };
}
