import { resolve } from 'node:path';
import { pino } from 'pino';

/** A log of its own kind, apart from that of the gateway. */
export interface LineLog {
  write(facts: Readonly<Record<string, unknown>>): void;
  /** Opens the file anew, after it was moved away. */
  reopen(): void;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

/** Opens a log of JSON lines: standard output, standard error or a file. Nobody waits for it to be written. */
export function openLineLog({ to, folder, name, onFailure }: {
  readonly to: string;
  /** Where relative file names start. */
  readonly folder: string;
  /** Stands in each line, so that logs may share a destination. */
  readonly name: string;
  readonly onFailure: (error: unknown) => void;
}): LineLog {
  const standard = { stdout: 1, stderr: 2 }[to];
  const destination = pino.destination({ dest: standard ?? resolve(folder, to), sync: false, mkdir: true, ...(standard === undefined ? { mode: 0o640 } : {}) });
  destination.on('error', onFailure);
  const log = pino({ base: null, formatters: { level: () => ({ log: name }) } }, destination);
  return {
    write: (facts) => log.info(facts),
    reopen() {
      if (standard === undefined) destination.reopen();
    },
    close: () => new Promise((done) => {
      destination.flush(() => {
        if (standard === undefined) destination.end();
        done();
      });
    }),
  };
}
