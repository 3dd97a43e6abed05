import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anAccessRequest, anEmergency } from '../../fixtures/access.ts';
import { readTrail } from '../audit/read-trail.ts';
import { aCommandLine, figuresOf, type CommandLine } from './command-line.ts';

const soon = Date.now() + 86_400_000;
const proof = expect.stringMatching(/^[\da-f]{64}$/);
const day = (milliseconds: number): string => new Date(milliseconds).toISOString();

let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
  await line.withStore(async ({ access }) => {
    await access.append(anAccessRequest('a1', { ends: soon, reason: 'call back' }));
    await access.append(anEmergency('e1', { at: 100, ends: soon, customer: 'c7' }));
  });
});
afterEach(() => line.remove());

test('access list shows who asked for what, the latest first', async () => {
  const { code, out, err } = await line.run('access', 'list');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [head, first, second] = out.split('\n');
  expect(head).toMatch(/^ *id +state +holder +purpose +opens +until +reason +decidedBy +revokedBy +reviewedBy$/);
  expect(first).toMatch(/^ *a1 +PENDING +marie +marketing\.email +Customer\.phone Customer\.email +20.* +call back$/);
  expect(second).toMatch(/^ *e1 +APPROVED +marie +marketing\.email +emergency of c7 +/);
  expect(JSON.parse((await line.run('access', 'list', '--state', 'PENDING', '--json')).out)).toMatchObject([{ id: 'a1', kind: 'ON_APPROVAL', state: 'PENDING', issuer: 'i', fields: ['Customer.phone', 'Customer.email'] }]);
  expect(await line.run('access', 'list', '--state', 'REFUSED')).toMatchObject({ code: 0, out: 'no requests\n' });
  expect(await line.run('access', 'list', '--state', 'MAYBE')).toMatchObject({ code: 2, err: expect.stringMatching(/PENDING, APPROVED/) });
});

describe('a request', () => {
  test('is approved for less, then revoked; both are on record', async () => {
    const approved = await line.run('access', 'approve', 'a1', '--fields', 'Customer.phone', '--until', day(soon - 1_000), '--note', 'for a week', '--actor', 'ada', '--json');
    expect(approved).toMatchObject({ code: 0, err: '' });
    expect(figuresOf(approved)).toEqual({ id: 'a1', state: 'APPROVED', fields: 'Customer.phone', until: day(soon - 1_000) });
    expect(await line.run('access', 'revoke', 'a1', '--note', 'over')).toMatchObject({ code: 0, out: expect.stringMatching(/^revoked\n/) });
    expect(JSON.parse((await line.run('access', 'list', '--json')).out)[0]).toMatchObject({ state: 'REVOKED', decidedBy: 'ada (command line)', note: 'for a week', revokedBy: expect.stringMatching(/ \(command line\)$/), revokedFor: 'over' });
    expect(await line.run('access', 'review', 'e1', '--note', 'it was so')).toMatchObject({ code: 0 });
    const entries = (await readTrail(line)).flatMap(({ entry }) => (entry?.kind === 'access' ? [entry] : []));
    expect(entries).toMatchObject([
      { step: 'approved', access: 'a1', subject: 'marie', actor: 'ada (command line)', purpose: 'marketing.email', fields: ['Customer.phone'], until: soon - 1_000, said: proof },
      { step: 'revoked', access: 'a1', subject: 'marie', fields: ['Customer.phone'], until: soon - 1_000, said: proof },
      { step: 'reviewed', access: 'e1', subject: 'marie', customer: 'c7', fields: [] },
    ]);
    expect((await readTrail(line, '--customer', 'c7')).map(({ entry }) => entry)).toMatchObject([{ step: 'reviewed', access: 'e1' }]);
  });

  test('is refused, and an emergency reviewed', async () => {
    expect(figuresOf(await line.run('access', 'refuse', 'a1', '--note', 'no', '--json'))).toMatchObject({ state: 'REFUSED' });
    expect(figuresOf(await line.run('access', 'review', 'e1', '--note', 'it was so', '--json'))).toMatchObject({ state: 'APPROVED', customer: 'c7' });
    expect(await line.run('access', 'review', 'e1', '--note', 'again')).toMatchObject({ code: 1, err: expect.stringMatching(/has looked at this emergency already/) });
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ['nobody made', ['approve', 'nothing'], 1, /there is no request "nothing"; access list shows all/],
    ['one made oneself', ['approve', 'a1', '--actor', 'marie'], 1, /Nobody decides on a request of her own/],
    ['for more than it asks', ['approve', 'a1', '--fields', 'Profile.birthDate'], 1, /may give less than was asked for/],
    ['until nonsense', ['approve', 'a1', '--until', 'tomorrow'], 2, /--until: expected a day/],
    ['without a word', ['refuse', 'a1', '--note', ' '], 2, /--note: expected some words/],
    ['without a note', ['revoke', 'a1'], 2, /--note/],
  ])('%s is not decided on', async (_, args, code, message) => {
    expect(await line.run('access', ...args)).toMatchObject({ code, err: expect.stringMatching(message) });
    expect(JSON.parse((await line.run('access', 'list', '--state', 'PENDING', '--json')).out)).toHaveLength(1);
  });
});
