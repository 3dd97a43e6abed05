import type { Diff } from '../explain/diff.ts';
import { columnName } from './column-name.ts';
import { outcomeName } from './outcome-name.ts';
import { paint } from './print.ts';
import { printTable } from './table.ts';
import type { Output } from './tools.ts';

type Change = Diff['changes'][number];

/** Prints what a newer version of a deployment opens and closes. */
export function printDiff(output: Output, { policies, views, changes, trials }: Diff): void {
  for (const [what, ids] of [['added', policies.added], ['removed', policies.removed], ['changed', policies.changed]] as const) {
    if (ids.length > 0) output.write(`policies ${what}: ${ids.join(', ')}\n`);
  }
  for (const { audience, appeared, vanished } of views) {
    if (appeared.length > 0) output.write(`exists for ${audience} now: ${appeared.join(', ')}\n`);
    if (vanished.length > 0) output.write(`exists for ${audience} no more: ${vanished.join(', ')}\n`);
  }
  printChanges(output, changes);
  if (changes.length === 0) output.write(`${paint(output, 'green', 'opens nothing, closes nothing')}\n`);
  printTrials(output, trials);
}

/** Prints what policies on trial would open and close. */
export function printTrials(output: Output, trials: Diff['trials']): void {
  for (const { policy, why, changes } of trials) {
    output.write(`${paint(output, 'yellow', `on trial: ${policy} (${why})`)}${changes.length === 0 ? ' would change nothing' : ' would'}\n`);
    printChanges(output, changes);
  }
}

function printChanges(output: Output, changes: readonly Change[]): void {
  for (const effect of ['opens', 'closes'] as const) {
    const found = changes.filter((one) => one.effect === effect);
    if (found.length === 0) continue;
    output.write(`${paint(output, effect === 'opens' ? 'red' : 'yellow', effect)}\n`);
    const alike = Map.groupBy(found, ({ column, from, to, right, example }) => JSON.stringify([column, from, to, right.action, example]));
    printTable(output, ['callers', 'was', 'is', 'if', 'for example with', 'right'], [...alike.values()].flatMap((same) => same.slice(0, 1).map(({ column, from, to, right, example }) => {
      const [before, after] = [needsOf(from), needsOf(to)];
      const isSame = !allows(from) || !allows(to) || before === after;
      const name = ({ outcome }: Change['from'], needs: string): string => `${outcomeName(outcome)}${isSame || needs === '' ? '' : ` if ${needs}`}`;
      // Where one of the two is denied to all, the other says for whom.
      return [
        columnName(column), name(from, before), name(to, after), isSame ? before || after : '', isSame ? '' : example.join(', '),
        `${right.action} ${listed(same.map((one) => one.right.field))}`,
      ];
    })));
  }
}

function needsOf({ needs }: Change['from']): string {
  return needs.map(({ words }) => words).join(', ');
}

function allows({ outcome }: Change['from']): boolean {
  return outcome !== 'deny' && outcome !== 'absent';
}

/** What a person can take in; JSON has all. */
const many = 6;

function listed(fields: readonly string[]): string {
  return fields.length <= many ? fields.join(' ') : `${fields.slice(0, many).join(' ')} and ${fields.length - many} more`;
}
