import { percentile } from '../../measure.ts';
import { spreadOf } from '../figures.ts';
import { load } from '../load.ts';
import { table } from '../table.ts';
import { takeTurn } from '../turn.ts';
import { list, one, type Workload } from '../workloads.ts';
import { compared, type Measuring } from './measuring.ts';

const thousand: Workload = { ...list, name: 'keys', title: '1,000 keys', customers: 1000, connections: 1 };
const single: Workload = { ...one, connections: 1 };

/** 1,000 keys in one query: what a customer costs in it, and how long somebody waits who asks for one at the same time. */
export async function keys({ ours, sources, rounds, seconds }: Measuring): Promise<unknown> {
  const costs: { readonly list: number[]; readonly thousand: number[] } = { list: [], thousand: [] };
  const waits: { readonly alone: number[]; readonly beside: number[] } = { alone: [], beside: [] };
  const p99 = (times: readonly number[]): number => percentile(times.toSorted((a, b) => a - b), 0.99);
  for (let round = -1; round < rounds; round += 1) {
    const cost = async (workload: Workload): Promise<number> => (await takeTurn([ours], workload, sources, seconds)).processorTime / workload.customers;
    const [small, large] = [await cost(list), await cost(thousand)];
    const alone = await load(ours, single, seconds);
    const [beside] = await Promise.all([load(ours, single, seconds), load(ours, thousand, seconds)]);
    // The first round warms up.
    if (round < 0) continue;
    costs.list.push(small);
    costs.thousand.push(large);
    waits.alone.push(p99(alone.times));
    waits.beside.push(p99(beside.times));
  }
  const figures = { list: spreadOf(costs.list), thousand: spreadOf(costs.thousand), alone: spreadOf(waits.alone), beside: spreadOf(waits.beside) };
  console.log(`\n${table(['1,000 keys in one query, ours', 'of 1,000 keys', 'baseline', 'ratio'], [
    ['processor time for a customer, µs; baseline: list of 50', ...compared(figures.thousand, figures.list, 1)],
    ['p99 of a single look-up beside it, ms; baseline: alone', ...compared(figures.beside, figures.alone, 1)],
  ])}`);
  return figures;
}
