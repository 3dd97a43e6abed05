import { growth } from './own/growth.ts';
import { keys } from './own/keys.ts';
import type { Measuring } from './own/measuring.ts';
import { memory } from './own/memory.ts';
import { processes } from './own/processes.ts';
import { soak } from './own/soak.ts';
import { start } from './own/start.ts';

/** Figures of ours alone, by the names that `--workload` takes, in the order in which they are taken. Each prints what it found and gives it. */
export const ownFigures: Readonly<Record<string, (measuring: Measuring) => Promise<unknown>>> = { growth, keys, processes, memory, start, soak };
/** These take longer than all others together, and run only where they are asked for. */
export const slowFigures: readonly string[] = ['soak'];
