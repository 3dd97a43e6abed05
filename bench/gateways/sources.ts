import { join } from 'node:path';
import { startPinned } from './processes.ts';

/** The three systems, as REST APIs and as subgraphs. */
export interface Sources {
  readonly pid: number;
  readonly rest: Readonly<Record<'crm' | 'billing' | 'support', string>>;
  readonly subgraphs: Readonly<Record<string, { readonly url: string; readonly sdl: string; readonly plainSdl: string }>>;
  /** The subgraphs' composed schema. */
  readonly supergraph: string;
  /** Keeps every answer back for so many milliseconds. */
  setLatency(milliseconds: number): void;
  /** Gives one request in so many no answer that could be used: a 503, a broken connection, half of an answer. 0 for none. */
  setFaults(every: number): void;
  /** How many requests came since this was asked last. */
  calls(): Promise<number>;
  end(): Promise<void>;
}

/** Starts them in one process. */
export async function startSources(core: number): Promise<Sources> {
  const child = await startPinned({ core, script: join(import.meta.dirname, 'sources/serve.js') });
  return {
    ...(child.told as Pick<Sources, 'rest' | 'subgraphs' | 'supergraph'>),
    pid: child.pid,
    setLatency: (latency) => child.tell({ latency }),
    setFaults: (faultEvery) => child.tell({ faultEvery }),
    calls: async () => ((await child.ask({ count: true })) as { readonly calls: number }).calls,
    end: () => child.end(),
  };
}
