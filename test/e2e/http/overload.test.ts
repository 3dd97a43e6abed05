import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { capacityOf, inTurns, openAsker, type Asker } from '../../soak/load.ts';
import { mixOf, type Sort } from '../../soak/mix.ts';
import { overload } from '../../soak/overload.ts';

/** Systems that take a while, so that it is the limit and not the machine by which no more is answered. */
const latency = 60;
const maxInFlight = 12;
/** Longer than any request may take. */
const patience = 40_000;

let company: TestCompany;
let asker: Asker;
let mix: readonly Sort[];
beforeAll(async () => {
  company = await startCompany({ latency, edit: { 'customer360.yaml': (text) => text.replace(/^server:\n/m, `server:\n  maxInFlight: ${maxInFlight}\n`) } });
  asker = openAsker(company.gateway.url, 256, patience);
  mix = mixOf(company).filter(({ name }) => name.startsWith('desk'));
  for (const one of mix) await asker.ask(one);
}, 60_000);
afterAll(async () => {
  await asker.close();
  await company.stop();
});

test('three times as much as can be answered is answered as far as it can be, and told to come again at once for the rest', async () => {
  const capacity = await capacityOf(asker, inTurns(mix), { connections: maxInFlight, seconds: 3 });
  const odd: string[] = [];
  const figures = await overload(asker, mix, {
    url: company.gateway.url, patience, capacity, factor: 3, seconds: 4,
    judged: ({ reply: { status, retryAfter, text } }) => {
      if (status === 200 && !text.includes('"errors"')) return { kind: 'whole' };
      if (status === 503 && retryAfter === '1' && text.includes('"OVERLOADED"')) return { kind: 'refused', code: 'OVERLOADED' };
      odd.push(`${status}: ${text.slice(0, 200)}`);
      return { kind: 'wrong', why: text };
    },
  });
  process.stderr.write(`overload: ${figures.offered.toFixed(0)} asked a second, ${figures.goodput.toFixed(0)} answered, ${(100 * figures.ratio).toFixed(0)} % of capacity; somebody beside it waits ${figures.beside.answered.p50.toFixed(0)} ms, for a refusal ${figures.beside.refused.p50.toFixed(0)} ms\n`);
  expect(odd).toEqual([]);
  expect(figures.lost).toBe(0);
  expect(figures.goodput).toBeGreaterThan(0);
  expect(figures.refused).toBeGreaterThan(0);
  // And it is over when it is over.
  expect((await asker.ask(inTurns(mix)())).reply.status).toBe(200);
}, 120_000);
