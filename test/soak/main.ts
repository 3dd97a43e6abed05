import { parseArgs } from 'node:util';
import type { Waited } from './bystander.ts';
import { soak, type Soaked, type SoakOptions } from './soak.ts';
import { soaks } from './soaks.ts';
import { toxiproxyNeeds } from './toxiproxy.ts';

/**
 * Half an hour with bad connections: what is told is that no answer was wrong, that the gateway is still there, in how much memory, and how
 * soon it is well again. Ends with 1 where something was wrong.
 *
 *     npm run soak
 *     npm run soak -- --minutes 120
 *     npm run soak -- --seconds 90 --deadline 400 --open-for 500
 */

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seconds: { type: 'string' }, deadline: { type: 'string', default: '2000' }, 'open-for': { type: 'string', default: '5000' } },
});

const told: SoakOptions['tell'] = (line) => void process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
const seconds = values.seconds === undefined ? Number(values.minutes) * 60 : Number(values.seconds);
const patience = { deadline: Number(values.deadline), openFor: Number(values['open-for']), maxAge: 1000, requestDeadline: 2 * Number(values.deadline), strict: true };

if (toxiproxyNeeds === undefined) {
  for (const options of soaks({ ...patience, seconds, measureFor: 10, tell: told })) {
    const figures = await soak(options);
    process.stdout.write(`${shown(figures)}\n`);
    if (figures.wrong.length > 0) process.exitCode = 1;
  }
} else {
  process.stderr.write(`The soak needs ${toxiproxyNeeds}.\n`);
  process.exitCode = 1;
}

function shown({ store, capacity, rate, verdicts, unexplained, phases, untouched, memory, overload, wrong }: Soaked): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const waited = ({ p50, p95 }: Waited): string => `${ms(p50)} (p95 ${ms(p95)})`;
  return [
    `store ${store}; ${capacity.toFixed(0)} answers a second, asked ${rate.toFixed(0)}`,
    `answers: ${Object.entries(verdicts).map(([kind, count]) => `${count} ${kind}`).join(', ')}; ${unexplained} lack something while nothing is bad that they need`,
    `faults: ${phases.length}; whole again after ${ms(Math.max(...phases.map(({ recovered }) => recovered)))} at most`,
    `questions that do not touch the bad source: p50 ${ms(untouched.p50[0])} (calm ${ms(untouched.p50[1])}), p99 ${ms(untouched.p99[0])} (calm ${ms(untouched.p99[1])}, ratio ${(untouched.p99[0] / untouched.p99[1]).toFixed(2)})`,
    ...Object.entries(memory).map(([name, { from, to, slope }]) => `${name} memory: ${from.toFixed(0)} to ${to.toFixed(0)} MB, ${slope.toFixed(2)} MB a minute`),
    ...(overload === undefined ? [] : [`overload: ${overload.offered.toFixed(0)} a second asked, ${overload.goodput.toFixed(0)} answered (${(overload.ratio * 100).toFixed(0)} % of capacity), ${overload.refused.toFixed(0)} refused; ${overload.lost} without an answer`, `somebody beside it waits ${waited(overload.beside.answered)}, for a refusal ${waited(overload.beside.refused)}`]),
    ...wrong.map((one) => `WRONG: ${one}`),
  ].join('\n');
}
