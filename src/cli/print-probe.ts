import type { Probed } from '../connectors/probe.ts';
import { number, paint } from './print.ts';
import { printTable } from './table.ts';
import type { Output } from './tools.ts';

/** Prints what the sources said, and what that proves. */
export function printProbe(output: Output, probed: readonly Probed[]): void {
  printTable(output, ['source', 'entity', 'asked', 'outcome', 'took', 'said'], probed.map(({ source, entity, asked, outcome, took, said }) =>
    [source, entity, asked, outcome, outcome === 'skipped' ? '' : `${number(Math.round(took))} ms`, said]));
  const good = allAnswered(probed);
  output.write(`${paint(output, good ? 'green' : 'red', good ? 'every source answered' : 'not every source answered')}\n`);
  output.write(`${paint(output, 'dim', `Asked was for keys that were made up, so that no customer's data was sent. An answer proves that the source was reached and took
the credentials; not that its data is right, nor its address where it says 404 for a wrong one as for a key that nobody has.`)}\n`);
}

/** True where nothing failed or was odd. What cannot be asked without reading of customers counts neither way. */
export function allAnswered(probed: readonly Probed[]): boolean {
  return probed.every(({ outcome }) => outcome === 'answered' || outcome === 'skipped');
}
