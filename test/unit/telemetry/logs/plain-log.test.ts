import { expect, test } from '@jest/globals';
import { openPlainLog } from '../../../../src/telemetry/logs/plain-log.ts';

const written = (say: (log: ReturnType<typeof openPlainLog>) => void): string => {
  const lines: string[] = [];
  say(openPlainLog((text) => lines.push(text)));
  return lines.join('');
};

test('what went wrong is one plain line, with the kind of the error and none of its message', () => {
  const secret = Object.assign(new TypeError('Käthe is no number'), { code: undefined });
  expect(written((log) => log.warn({ target: 'file', error: secret }, 'a checkpoint was not taken'))).toBe('customer360: a checkpoint was not taken (TypeError)\n');
  expect(written((log) => log.error({ source: 'crm', err: secret }, 'a connector is at fault'))).toBe('customer360: crm: a connector is at fault (TypeError)\n');
  expect(written((log) => log.warn('nothing to add'))).toBe('customer360: nothing to add\n');
});

test('what an operating system says is told', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED', syscall: 'connect' });
  expect(written((log) => log.warn({ error: refused }, 'not taken'))).toBe('customer360: not taken (connect ECONNREFUSED 10.0.0.5:5432)\n');
});

test('what is no trouble is not told', () => {
  expect(written((log) => log.info({ dryRun: 'x' }, 'a policy on trial would decide otherwise'))).toBe('');
});
