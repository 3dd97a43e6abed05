import type { Adoption, LinkStore, Person } from '../../store/links.ts';
import { unreachable } from '../../errors.ts';
import { splitLines, type Line } from '../split-lines.ts';
import { pause, within } from '../within.ts';
import { parseCsv } from './parse-csv.ts';
import { readPerson } from './read-person.ts';
import type { Rejects } from './rejects.ts';

/** What became of a file's rows. */
export interface Tally {
  rows: number;
  newCustomers: number;
  newLinks: number;
  /** Rows of which nothing was new. */
  alreadyKnown: number;
}

/** Lines that are parsed together: few, since one bad line makes each of them be parsed by itself. */
const together = 256;
/** Persons who are stored together: the more, the fewer pages are written twice. Another process that writes waits for a second or two. */
const batchSize = 25_000;
/** Bytes. */
const longestLine = 64 * 1024;

/** Reads rows and stores them as they come, in memory that does not depend on their number. The first line is `header`'s. */
export async function importRows(input: {
  readonly chunks: AsyncIterable<Buffer>;
  readonly links: LinkStore;
  readonly header: (cells: readonly string[]) => readonly string[];
  readonly delimiter: string;
  readonly stamp: { readonly evidence: string; readonly actor: string };
  readonly rejects: Rejects;
  readonly tally: Tally;
  readonly onBatch: (tally: Tally) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { links, delimiter, rejects, tally } = input;
  let namespaces: readonly string[] | undefined;
  let lines: Line[] = [];
  let batch: { readonly line: number; readonly person: Person }[] = [];

  const store = async (): Promise<void> => {
    const outcomes = await within(links.adopt(batch.map(({ person }) => person)), 'writing to the store');
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === 'refused') rejects.add(batch[index]?.line ?? 0, reasonOf(outcome));
      else count(tally, outcome);
    }
    batch = [];
    input.onBatch(tally);
    await pause(input.signal);
  };
  const take = (columns: readonly string[]): void => {
    for (const parsed of parseCsv(lines, delimiter)) {
      tally.rows += 1;
      const person = 'reason' in parsed ? parsed.reason : readPerson(parsed.cells, columns, input.stamp);
      if (typeof person === 'string') rejects.add(parsed.line, person);
      else batch.push({ line: parsed.line, person });
    }
    lines = [];
  };

  for await (const line of splitLines(input.chunks, longestLine)) {
    if (namespaces === undefined) {
      const [first] = parseCsv([withoutMark(line)], delimiter);
      namespaces = input.header(first !== undefined && 'cells' in first ? first.cells : []);
      continue;
    }
    lines.push(line);
    if (lines.length < together) continue;
    take(namespaces);
    if (batch.length >= batchSize) await store();
  }
  take(namespaces ?? input.header([]));
  await store();
}

function count(tally: Tally, { minted, added }: Extract<Adoption, { kind: 'adopted' }>): void {
  if (minted) tally.newCustomers += 1;
  if (added === 0) tally.alreadyKnown += 1;
  tally.newLinks += added;
}

function reasonOf({ reason, name, customers }: Extract<Adoption, { kind: 'refused' }>): string {
  const whose = customers.join(', ');
  switch (reason) {
    case 'SEVERAL_CUSTOMERS':
      return `the names belong to different customers: ${whose}`;
    case 'HAS_ANOTHER_KEY':
      return `${name.namespace}: customer ${whose} has another key there`;
    case 'BARRED':
      return `${name.namespace}: this record is barred from customer ${whose}`;
    default:
      return unreachable(reason);
  }
}

/** The byte order mark that some programs write before the first line. */
function withoutMark(line: Line): Line {
  return line.bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? { ...line, bytes: line.bytes.subarray(3) } : line;
}
