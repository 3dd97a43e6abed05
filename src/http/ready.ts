/** One of the parts that a process needs to be of use. */
export interface ReadyCheck {
  readonly name: string;
  /** What is wrong: a word for whoever asks, in which there is no name, no address and nothing of an error's; and facts for the log. Undefined where all is well. */
  readonly check: () => Promise<{ readonly said: string; readonly facts: Readonly<Record<string, unknown>> } | undefined>;
}

/** What `/health/ready` answers. */
export interface Readiness {
  readonly ready: boolean;
  /** By the name of the check: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Milliseconds for which an answer holds: whoever asks needs no token, and must not be able to keep the store busy. */
const holds = 500;

/** Opens the checks: they run once at a time, however many ask. `onChange` is told when a process is not ready, and when it is again. */
export function openReadiness({ checks, clock, onChange }: {
  readonly checks: readonly ReadyCheck[];
  readonly clock: () => number;
  readonly onChange: (ready: boolean, facts: Readonly<Record<string, unknown>>) => void;
}): () => Promise<Readiness> {
  let known: { readonly at: number; readonly readiness: Readiness } | undefined;
  let looking: Promise<Readiness> | undefined;
  const look = async (): Promise<Readiness> => {
    const found = await Promise.all(checks.map(async ({ name, check }) => {
      const wrong = await check().catch(() => ({ said: 'unavailable', facts: {} }));
      return { name, said: wrong?.said ?? 'ok', facts: wrong?.facts };
    }));
    const readiness = { ready: found.every(({ facts }) => facts === undefined), checks: Object.fromEntries(found.map(({ name, said }) => [name, said])) };
    if ((known?.readiness.ready ?? true) !== readiness.ready) onChange(readiness.ready, Object.fromEntries(found.flatMap(({ name, facts }) => (facts === undefined ? [] : [[name, facts]]))));
    known = { at: clock(), readiness };
    looking = undefined;
    return readiness;
  };
  return async () => {
    if (looking !== undefined) return looking;
    if (known !== undefined && clock() - known.at < holds) return known.readiness;
    return (looking = look());
  };
}
