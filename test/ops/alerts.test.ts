import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'ops/prometheus');

interface Rule {
  readonly alert: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly runbook_url: string };
}
const rules = (parse(readFileSync(join(folder, 'alerts.yaml'), 'utf8')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }).groups.flatMap((group) => group.rules);

describe('alerts', () => {
  /** The anchors of a page's headings, as they are made of their words. */
  const anchors = [...readFileSync(join(root, 'docs/operations.md'), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));

  test.each(rules.map((rule) => [rule.alert, rule] as const))('%s has a runbook of its name, and says how urgent it is', (alert, { annotations, labels }) => {
    const anchor = annotations.runbook_url.split('#')[1];
    expect(anchor).toBe(alert.toLowerCase());
    expect(anchors).toContain(anchor);
    expect(['page', 'ticket']).toContain(labels.severity);
  });

  test('have no runbook that is nobody\'s', () => {
    expect(anchors.filter((anchor) => anchor.startsWith('customer360'))).toEqual(rules.map(({ alert }) => alert.toLowerCase()));
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
(hasPromtool ? describe : describe.skip)('promtool (needs promtool, of Debian\'s package prometheus)', () => {
  test.each([['check', 'rules', 'alerts.yaml'], ['test', 'rules', 'alerts.test.yaml']])('%s %s %s', (...args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, stderr: '' });
  });
});
