import { resultOf, takeTurn, type Turn } from '../turn.ts';
import { shown, type Spread } from '../figures.ts';
import { table } from '../table.ts';
import { list, type Workload } from '../workloads.ts';
import type { Measuring } from './measuring.ts';

/** What is made larger, one thing at a time, by its name in the table. */
interface Step {
  readonly customers: number;
  readonly fields: string;
}

const record = 'number kind email phone since profile { givenName familyName birthDate language jobTitle organization }';
const money = 'billing { currency balance overdue delinquent lastPaymentAt lifetimeRevenue }';
const talk = 'tickets(first: 5) { edges { node { name status priority channel createdAt } } }';

const steps: Readonly<Record<string, Step>> = {
  'customers: 1': { customers: 1, fields: record },
  'customers: 10': { customers: 10, fields: record },
  'customers: 50': { customers: 50, fields: record },
  'customers: 200': { customers: 200, fields: record },
  'customers: 1,000': { customers: 1000, fields: record },
  'of 50, fields of the CRM: 1': { customers: 50, fields: 'number' },
  'of 50, fields of the CRM: 5': { customers: 50, fields: 'number kind email phone since' },
  'of 50, fields of the CRM: 11': { customers: 50, fields: record },
  'of 50, sources: 2': { customers: 50, fields: `${record} ${money}` },
  'of 50, sources: 3': { customers: 50, fields: `${record} ${money} ${talk}` },
};

/** How what a request costs grows with customers, fields and sources, each with the others held still. */
export async function growth({ ours, sources, rounds, seconds }: Measuring): Promise<unknown> {
  const turns = new Map(Object.keys(steps).map((name): [string, Turn[]] => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, step] of Object.entries(steps)) {
      const turn = await takeTurn([{ ...ours, dialect: { ...ours.dialect, ask: asking(step) } }], workloadOf(name, step), sources, seconds);
      // The first round warms up.
      if (round >= 0) turns.get(name)?.push(turn);
    }
  }
  const figures = Object.fromEntries([...turns].map(([name, all]): [string, Spread] => [name, resultOf(all).processorTime]));
  console.log(`\n${table(['how the cost grows, ours', 'processor time, µs', 'for a customer'], Object.entries(figures).map(([name, figure]) => {
    const { customers } = steps[name] as Step;
    return [name, shown(figure, 0), (figure.median / customers).toFixed(0)];
  }))}`);
  return figures;
}

/** Large lists are asked for by fewer at once: about as many customers are in flight. */
function workloadOf(title: string, { customers }: Step): Workload {
  return { ...list, title, customers, connections: Math.min(list.connections, Math.ceil((list.connections * list.customers) / customers)) };
}

function asking({ customers, fields }: Step): (numbers: readonly string[]) => unknown {
  return customers === 1
    ? ([number]) => ({ query: `query One($number: String!) { found: customer(by: { number: $number }) { ${fields} } }`, variables: { number } })
    : (numbers) => ({ query: `query Many($keys: [CustomerKey!]!) { found: customersBy(keys: $keys) { ${fields} } }`, variables: { keys: numbers.map((number) => ({ number })) } });
}
