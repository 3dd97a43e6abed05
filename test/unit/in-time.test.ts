import { expect, test } from '@jest/globals';
import { inTime } from '../../src/in-time.ts';

const late = (): Error => new Error('late');
const soon = (milliseconds: number): Promise<string> => new Promise((resolve) => setTimeout(resolve, milliseconds, 'come'));

test('what comes in time is told, and what does not ends with the error', async () => {
  await expect(inTime(soon(5), 10_000, late)).resolves.toBe('come');
  await expect(inTime(soon(10_000), 20, late)).rejects.toThrow('late');
  await expect(inTime(Promise.reject(new Error('its own')), 10_000, late)).rejects.toThrow('its own');
});

test('what could not even be asked for while the process was busy with something else is not late', async () => {
  const wait = inTime(new Promise((resolve) => setImmediate(() => setTimeout(resolve, 20, 'come'))), 200, late);
  const until = performance.now() + 600;
  while (performance.now() < until);
  await expect(wait).resolves.toBe('come');
});
