import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../../src/audit/entry.ts';
import { forAcme } from '../../fixtures/issuing.ts';
import { aCommandLine, figuresOf, type CommandLine } from './command-line.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await aCommandLine();
});
afterAll(() => line.remove());

const issue = ['token', 'issue', ...forAcme, '--actor', 'ada'] as const;

describe('token issue', () => {
  test('prints the token alone to standard output, and all else to standard error', async () => {
    await line.write('customers.txt', '10001\r\n\n 10002 \n10001\n');
    const { code, out, err } = await line.run(...issue, '--expires', '2d', '--customers', 'customers.txt', '--customer', '10003');
    expect(code).toBe(0);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(err).toMatch(/^issued; the token is shown this once\n/);
    expect(err).toMatch(/ {2}customers +3\n/);
    expect(err).not.toContain(out.trim());
  });

  test('says of a token without a scope that it may do little', async () => {
    const { code, err } = await line.run('token', 'issue', '--audience', 'acme', '--subject', 'acme-crm', '--purpose', 'partner.share.acme', '--expires', '1h');
    expect({ code, hint: err.trim().split('\n').at(-1) }).toEqual({ code: 0, hint: 'it has no scope, so it may do nothing for which policies ask one; --scope gives it some of customer:read' });
  });

  test('takes a time from when and until when it holds', async () => {
    const [from, until] = [1, 2].map((days) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19)}+00:00`);
    const { code, err } = await line.run(...issue, '--expires', until ?? '', '--not-before', from ?? '', '--json');
    expect(code).toBe(0);
    const { id, notBefore, expires } = figuresOf({ code, err, out: err });
    expect([notBefore, expires].map((time) => `${String(time).slice(0, 19)}+00:00`)).toEqual([from, until]);
    const { out } = await line.run('token', 'list', '--id', String(id), '--json');
    expect(JSON.parse(out)).toEqual([expect.objectContaining({
      id, state: 'pending', subject: 'acme-crm', audience: 'acme', roles: ['partner-acme'], scopes: ['customer:read'], purposes: ['partner.share.acme'], issuedBy: 'ada', notBefore, expiresAt: expires,
    })]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['an audience that gets no tokens', ['--audience', 'internal', '--expires', '1h'], /--audience: expected acme, got "internal"/],
    ['an empty subject', ['--subject', ' ', '--expires', '1h'], /--subject: expected 1 to 200 characters/],
    ['a subject with control characters', ['--subject', 'a\u001b[2J', '--expires', '1h'], /--subject: .*none of them for control/],
    ['a purpose that the audience has not', ['--purpose', 'service.support', '--expires', '1h'], /--purpose: expected partner\.share\.acme, got "service\.support"/],
    ['a scope that the audience has not', ['--scope', 'customer:write', '--expires', '1h'], /--scope: expected customer:read, got "customer:write"/],
    ['no expiry', [], /required option '--expires/],
    ['an expiry that is none', ['--expires', 'tomorrow'], /--expires: expected a duration like 30d or 12h, or a time in RFC 3339 .*, got "tomorrow"/],
    ['an expiry without an offset', ['--expires', '2027-01-01T00:00:00'], /--expires: expected a duration/],
    ['an expiry in the past', ['--expires', '2020-01-01T00:00:00Z'], /--expires: expected a time to come/],
    ['no time at all', ['--expires', '0s'], /--expires: expected a time to come/],
    ['a longer life than is allowed', ['--expires', '91d'], /--expires: expected at most 90d from now \(tokens\.longestLifetime\), got "91d"/],
    ['a beginning after the end', ['--expires', '1h', '--not-before', '2999-01-01T00:00:00Z'], /--not-before: expected a time before the token expires/],
    ['a rate that is none', ['--expires', '1h', '--rate', '60'], /--rate: expected requests per time, like 60\/1m, got "60"/],
    ['a rate of nothing', ['--expires', '1h', '--rate', '0/1m'], /--rate: expected at least 1, got "0\/1m"/],
    ['a rate over too long a time', ['--expires', '1h', '--rate', '60/2h'], /--rate: expected whole seconds, from 1s to 1h, got "60\/2h"/],
    ['a rate that is no narrower', ['--expires', '1h', '--rate', '600/1m'], /--rate: expected less than the audience's 600\/1m, got 600\/1m/],
    ['a quota over too short a time', ['--expires', '1h', '--quota', '5/1s'], /--quota: expected whole seconds, from 1m to 366d, got "5\/1s"/],
    ['an empty customer number', ['--expires', '1h', '--customer', ''], /--customer: expected 1 to 200 characters/],
    ['a file that is not there', ['--expires', '1h', '--customers', 'nowhere.txt'], /nowhere\.txt: cannot be read as a list of customer numbers/],
  ])('refuses %s', async (_, options, message) => {
    const { code, out, err } = await line.run(...issue, ...options);
    expect({ out, wrong: code === 2 || /nowhere/.test(err) }).toEqual({ out: '', wrong: true });
    expect(err).toMatch(message);
  });

  test('refuses more customers than a token can name, and registers nothing', async () => {
    const tokens = async (): Promise<number> => (JSON.parse((await line.run('token', 'list', '--json')).out) as readonly unknown[]).length;
    const before = await tokens();
    await line.write('many.txt', Array.from({ length: 2_000 }, (_, nth) => `1${String(nth).padStart(5, '0')}`).join('\n'));
    expect(await line.run(...issue, '--expires', '1h', '--customers', 'many.txt')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/the token would have \d+ characters, and the gateway takes at most 8192/) });
    await line.write('huge.txt', '1\n'.repeat(40_000));
    expect(await line.run(...issue, '--expires', '1h', '--customers', 'huge.txt')).toMatchObject({ code: 2, err: expect.stringMatching(/huge\.txt: expected at most 65536 bytes/) });
    await line.write('bytes.txt', Buffer.from([0xff, 0xfe, 0x00]));
    expect(await line.run(...issue, '--expires', '1h', '--customers', 'bytes.txt')).toMatchObject({ code: 1, out: '' });
    expect(await tokens()).toBe(before);
  }, 40_000);
});

describe('token list', () => {
  test('is filtered', async () => {
    const own = await aCommandLine();
    try {
      expect((await own.run('token', 'list')).out).toBe('no tokens\n');
      for (const [subject, actor] of [['one', 'ada'], ['two', 'bob'], ['three', 'bob']] as const) await own.run(...issue, '--expires', '1h', '--subject', subject, '--actor', actor);
      const listed = async (...filter: readonly string[]): Promise<readonly string[]> =>
        (JSON.parse((await own.run('token', 'list', '--json', ...filter)).out) as readonly { readonly subject: string }[]).map(({ subject }) => subject);
      const all = JSON.parse((await own.run('token', 'list', '--json')).out) as readonly { readonly id: string; readonly subject: string }[];
      await own.run('token', 'revoke', '--id', all[1]?.id ?? '');
      expect(await Promise.all([
        listed(), listed('--issued-by', 'bob'), listed('--subject', 'one'), listed('--audience', 'acme'), listed('--audience', 'globex'), listed('--state', 'revoked'), listed('--state', 'active'),
      ])).toEqual([['one', 'two', 'three'], ['two', 'three'], ['one'], ['one', 'two', 'three'], [], ['two'], ['one', 'three']]);
      expect(await own.run('token', 'list', '--state', 'lost')).toMatchObject({ code: 2, err: expect.stringMatching(/--state: expected active or pending or expired or revoked, got "lost"/) });
      const { out } = await own.run('token', 'list', '--subject', 'two');
      expect(out).toMatch(/^id +subject +audience +state .*\n[\da-f-]{36} +two +acme +revoked .* bob +0 +partner\.share\.acme +customer:read\n$/);
    } finally {
      await own.remove();
    }
  }, 60_000);
});

describe('keys', () => {
  test('that do not exist are not withdrawn, and the ones that do are named', async () => {
    const { key } = figuresOf(await line.run('token', 'rotate-keys', '--json'));
    const { code, err } = await line.run('token', 'rotate-keys', '--retire-now', 'f00');
    expect(code).toBe(2);
    expect(err).toMatch(/--retire-now: expected .*, got "f00"/);
    expect(err).toContain(String(key));
  });

  test('that were sealed with another secret sign nothing, and the message says what to do', async () => {
    const own = await aCommandLine();
    try {
      await own.withStore((store) => store.signingKeys.add({
        issuer: 'https://customer360.sample-company.example', id: 'old', publicKey: '{}', proof: 'x', sealed: 'x', madeAt: 1, madeBy: 'x', lastExpiry: undefined, retired: undefined, withdrawn: undefined,
      }));
      expect(await own.run(...issue, '--expires', '1h')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/the signing key old was not sealed with one of the deployment's key secrets/) });
      expect(await own.run('token', 'rotate-keys')).toMatchObject({ code: 0 });
      expect(await own.run(...issue, '--expires', '1h')).toMatchObject({ code: 0 });
    } finally {
      await own.remove();
    }
  });
});

test('what is done to tokens and their keys is on the trail, and nothing of a token is', async () => {
  const own = await aCommandLine();
  try {
    const issued = await own.run(...issue, '--expires', '1h', '--customer', '10001', '--json');
    const { id, key } = figuresOf({ ...issued, out: issued.err });
    await own.run('token', 'revoke', '--id', String(id), '--actor', 'bob');
    await own.run('token', 'revoke', '--id', String(id), '--actor', 'bob');
    await own.run('token', 'rotate-keys', '--actor', 'cy');
    await own.run('token', 'rotate-keys', '--retire-now', String(key), '--actor', 'dee');
    await own.run('token', 'rotate-keys', '--retire-now', 'f00', '--actor', 'eve');
    await own.run('audit', 'export', '--out', own.path('trail.jsonl'));
    const text = await readFile(own.path('trail.jsonl'), 'utf8');
    const acts = text.trim().split('\n').map((line) => (JSON.parse(line) as { readonly entry: AuditEntry }).entry).filter((entry) => entry.kind === 'administration');
    expect(acts.map(({ actor, action, about }) => [actor, action, about['id'] ?? about['key']])).toEqual([
      ['ada', 'token.issue', id], ['bob', 'token.revoke', id], ['cy', 'token.rotateKeys', undefined], ['dee', 'token.withdrawKey', key], expect.arrayContaining(['audit.export']),
    ]);
    expect(acts[0]?.about).toMatchObject({ subject: 'acme-crm', audience: 'acme', purposes: 'partner.share.acme', customers: 1, key });
    expect(text).not.toContain(issued.out.trim().split('.')[2]);
    expect(text).not.toContain('10001');
    expect((await own.run('audit', 'verify')).code).toBe(0);
  } finally {
    await own.remove();
  }
}, 60_000);

test('a deployment without the section issues nothing', async () => {
  const text = (await readFile(line.path('customer360.yaml'), 'utf8')).replace(/^tokens:\n(?: .*\n)+/m, '');
  const own = await aCommandLine({ 'customer360.yaml': text });
  try {
    for (const command of [[...issue, '--expires', '1h'], ['token', 'list'], ['token', 'keys'], ['token', 'rotate-keys']]) {
      expect(await own.run(...command)).toEqual({ code: 1, out: '', err: 'customer360: this deployment issues no tokens: customer360.yaml has no section "tokens"\n' });
    }
    expect(await own.run('token', 'revoke', '--id', 'x')).toMatchObject({ code: 2, err: expect.stringMatching(/--issuer: expected https:\/\/login/) });
  } finally {
    await own.remove();
  }
});
