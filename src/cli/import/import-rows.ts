import { splitLines, type Line } from '../split-lines.ts';
import { pause } from '../within.ts';
import { parseCsv } from './parse-csv.ts';
import type { Rejects } from './rejects.ts';

/** What is made of a file's rows. */
export interface RowImport<Row> {
  /** Understands the first line. What it gives understands a row with as many cells, or says what is wrong with it. */
  readonly header: (cells: readonly string[]) => (cells: readonly string[]) => Row | string;
  /** Stores rows, each whole or not at all. Gives one result per row, in order: a text says why it was refused. */
  readonly store: (rows: readonly Row[]) => Promise<readonly (string | undefined)[]>;
  /** What became of the rows so far, each figure under its name. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Lines that are parsed together: few, since one bad line makes each of them be parsed by itself. */
const together = 256;
/** Rows that are stored together: the more, the fewer pages are written twice. Another process that writes waits for a second or two. */
const batchSize = 25_000;
/** Bytes. */
const longestLine = 64 * 1024;

/** Reads rows and stores them as they come, in memory that does not depend on their number. The first line is `header`'s. */
export async function importRows<Row>(input: {
  readonly chunks: AsyncIterable<Buffer>;
  readonly rows: RowImport<Row>;
  readonly delimiter: string;
  readonly rejects: Rejects;
  /** Counts the rows that were read. */
  readonly tally: { rows: number };
  readonly onBatch: () => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { rows, delimiter, rejects, tally } = input;
  let read: ((cells: readonly string[]) => Row | string) | undefined;
  let lines: Line[] = [];
  let batch: { readonly line: number; readonly row: Row }[] = [];

  const start = (cells: readonly string[]): typeof read => {
    const understand = rows.header(cells);
    return (found) => {
      if (found.every((cell) => cell.trim() === '')) return 'empty row';
      return found.length === cells.length ? understand(found) : `wrong number of columns: expected ${cells.length}, got ${found.length}`;
    };
  };
  const store = async (): Promise<void> => {
    const reasons = await rows.store(batch.map(({ row }) => row));
    for (const [index, { line }] of batch.entries()) {
      const reason = reasons[index];
      if (reason !== undefined) rejects.add(line, reason);
    }
    batch = [];
    input.onBatch();
    await pause(input.signal);
  };
  const take = (): void => {
    for (const parsed of parseCsv(lines, delimiter)) {
      tally.rows += 1;
      const row = 'reason' in parsed ? parsed.reason : read?.(parsed.cells);
      if (typeof row === 'string') rejects.add(parsed.line, row);
      else if (row !== undefined) batch.push({ line: parsed.line, row });
    }
    lines = [];
  };

  for await (const line of splitLines(input.chunks, longestLine)) {
    if (read === undefined) {
      const [first] = parseCsv([withoutMark(line)], delimiter);
      read = start(first !== undefined && 'cells' in first ? first.cells : []);
      continue;
    }
    lines.push(line);
    if (lines.length < together) continue;
    take();
    if (batch.length >= batchSize) await store();
  }
  read ??= start([]);
  take();
  await store();
}

/** The byte order mark that some programs write before the first line. */
function withoutMark(line: Line): Line {
  return line.bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? { ...line, bytes: line.bytes.subarray(3) } : line;
}
