import { describe, expect, test } from '@jest/globals';
import { soak } from './soak.ts';
import { soaks } from './soaks.ts';
import { toxiproxyNeeds } from './toxiproxy.ts';

/** What half an hour of `npm run soak` does, in two minutes with short deadlines. */
const options = { seconds: 120, measureFor: 4, deadline: 600, openFor: 500, maxAge: 1000, requestDeadline: 1200, strict: false };

(toxiproxyNeeds === undefined ? describe : describe.skip)(`bad connections${toxiproxyNeeds === undefined ? '' : ` (needs ${toxiproxyNeeds})`}`, () => {
  test.each(soaks({ ...options, tell: () => undefined }))('of $services: no answer is wrong, and all is well again by itself; store in $kind', async (one) => {
    const { wrong, store, rate, verdicts, unexplained, phases, untouched: { p99 }, memory, overload } = await soak(one);
    const recovered = Math.max(...phases.map((phase) => phase.recovered));
    process.stderr.write(`soak: ${store}, ${rate.toFixed(0)} a second, ${JSON.stringify(verdicts)}, ${unexplained} unexplained, whole again after ${recovered.toFixed(0)} ms at most, p99 of the untouched ${p99.map((ms) => ms.toFixed(0)).join(' against ')} ms, `
      + `${memory.live.from.toFixed(0)} to ${memory.live.to.toFixed(0)} MB of live heap${overload === undefined ? '' : `, overload ${(100 * overload.ratio).toFixed(0)} % of capacity`}\n`);
    expect(wrong).toEqual([]);
    expect(verdicts.whole).toBeGreaterThan(verdicts.partial + verdicts.refused === 0 ? Infinity : 0);
    expect(overload?.lost ?? 0).toBe(0);
  }, 300_000);
});
