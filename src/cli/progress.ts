import { number, paint } from './print.ts';
import type { Output } from './tools.ts';

/** How far a long command is. */
export interface Progress {
  readonly step: (done: number, share?: number) => void;
  /** Takes the line away; what comes next starts on a line of its own. */
  readonly end: () => void;
}

/** Milliseconds between two lines: short where a line is rewritten, long where each stays. */
const every = { terminal: 200, log: 10_000 } as const;

/** Shows on a terminal one line that is rewritten, elsewhere a line now and then. `share` is between 0 and 1. */
export function showProgress(output: Output, what: string, clock: () => number): Progress {
  const startedAt = clock();
  let shownAt = startedAt;
  let width = 0;
  const line = (done: number, share: number | undefined): string => {
    const seconds = Math.max(0.001, (clock() - startedAt) / 1000);
    const percent = share === undefined ? '' : `${Math.floor(Math.min(1, share) * 100).toString().padStart(3)} %  `;
    return `${percent}${number(done)} ${what}  ${number(Math.round(done / seconds))}/s`;
  };
  return {
    step(done, share) {
      if (clock() - shownAt < (output.isTerminal ? every.terminal : every.log)) return;
      shownAt = clock();
      const text = line(done, share);
      if (!output.isTerminal) return output.write(`${text}\n`);
      output.write(`\r${paint(output, 'dim', text.padEnd(width))}`);
      width = Math.max(width, text.length);
    },
    end() {
      if (width > 0) output.write(`\r${' '.repeat(width)}\r`);
      width = 0;
    },
  };
}
