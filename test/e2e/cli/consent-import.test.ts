import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fact, FactRecord } from '../../../src/store/facts.ts';
import type { NewLink } from '../../../src/store/links.ts';
import { aCommandLine, figuresOf, type CommandLine, type Ended } from './command-line.ts';

let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
});
afterEach(() => line.remove());

const header = 'number,crm,purpose,channel,status,notice,noticeVersion,method,source,collectedAt,expiresAt,evidence';
const importing = async (rows: readonly string[], ...options: readonly string[]): Promise<Ended> =>
  line.run('consent', 'import', await line.write('consents.csv', `${rows.join('\n')}\n`), '--json', ...options);
/** What is recorded of the customer who has a name. */
const recordsOf = (namespace: string, value: string): Promise<readonly FactRecord[] | undefined> => line.withStore(async (store) => {
  const [customer] = await store.links.read([{ kind: 'name', namespace, value }]);
  return customer?.members.flatMap(({ facts }) => facts);
});
const factsOf = async (namespace: string, value: string): Promise<readonly Fact[] | undefined> => (await recordsOf(namespace, value))?.map(({ fact }) => fact);
const figures = (rows: number, [newCustomers, newLinks, newRecords, alreadyKnown]: readonly number[], rejected = 0, dryRun = false): unknown =>
  ({ rows, newCustomers, newLinks, newRecords, alreadyKnown, rejected, dryRun });

const granted = { number: '10001', crm: 'c1', purpose: 'marketing.email', channel: '', status: 'GRANTED', notice: 'newsletter', noticeVersion: '3', method: 'WEB_FORM', source: 'webshop', collectedAt: '2026-01-02T03:04:05Z', expiresAt: '', evidence: '' };
const row = (more: Partial<typeof granted> = {}): string => Object.values({ ...granted, ...more }).join(',');
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('consent import', () => {
  test('stores each row as a record of a customer, whom it makes when nobody has met her', async () => {
    const ended = await importing([
      header,
      row({ channel: 'email', expiresAt: '2028-01-02T04:04:05.5+01:00', evidence: '"form 7, signed"' }),
      row({ status: 'WITHDRAWN', notice: '', noticeVersion: '', method: 'PHONE', source: 'call-centre', collectedAt: '2026-02-02T03:04:05Z' }),
      row({ number: '10002', crm: '', status: 'DENIED', source: 'branch' }),
    ], '--actor', 'ada');
    expect({ ...ended, out: figuresOf(ended) }).toEqual({ code: 0, err: '', out: figures(3, [2, 3, 3, 0]) });
    const before = Date.now();
    expect(await recordsOf('crm', 'c1')).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{13}-[\w-]{43}$/), customer: expect.any(String), actor: 'ada', recordedAt: expect.any(Number),
        fact: {
          kind: 'consent', purpose: 'marketing.email', channel: 'email', status: 'GRANTED', notice: { id: 'newsletter', version: '3' }, method: 'WEB_FORM', source: 'webshop',
          at, expiresAt: Date.UTC(2028, 0, 2, 3, 4, 5, 500), evidence: 'form 7, signed',
        },
      },
      expect.objectContaining({ fact: { kind: 'consent', purpose: 'marketing.email', status: 'WITHDRAWN', method: 'PHONE', source: 'call-centre', at: Date.UTC(2026, 1, 2, 3, 4, 5) } }),
    ]);
    expect((await recordsOf('crm', 'c1'))?.every(({ recordedAt }) => recordedAt > before - 60_000 && recordedAt <= before)).toBe(true);
    expect(await factsOf('number', '10002')).toEqual([expect.objectContaining({ status: 'DENIED', notice: { id: 'newsletter', version: '3' }, source: 'branch' })]);
  });

  test('stores that somebody objects, and that she no longer does, as objections', async () => {
    const bare = { notice: '', noticeVersion: '' };
    expect(figuresOf(await importing([
      header, row({ ...bare, status: 'OBJECTED', method: 'PAPER', evidence: 'letter' }), row({ ...bare, status: 'OBJECTION_LIFTED', collectedAt: '2026-02-02T03:04:05Z' }),
    ]))).toEqual(figures(2, [1, 2, 2, 0]));
    expect(await factsOf('number', '10001')).toEqual([
      { kind: 'objection', purpose: 'marketing.email', status: 'OBJECTED', method: 'PAPER', source: 'webshop', at, evidence: 'letter' },
      { kind: 'objection', purpose: 'marketing.email', status: 'LIFTED', method: 'WEB_FORM', source: 'webshop', at: Date.UTC(2026, 1, 2, 3, 4, 5) },
    ]);
  });

  test('of the same records again adds nothing, however they are written', async () => {
    await importing([header, row(), row({ evidence: 'form 7' }), row({ number: '10002', crm: 'c2' })]);
    const before = await line.knownIn();
    const again = await importing([
      'source,crm,status,purpose,noticeVersion,notice,collectedAt,method',
      ...['c1', 'c2', 'c2'].map((crm) => `webshop,${crm},GRANTED,marketing.email,3,newsletter,2026-01-02T04:04:05.000+01:00, WEB_FORM `),
    ], '--actor', 'somebody else');
    expect({ code: again.code, figures: figuresOf(again) }).toEqual({ code: 0, figures: figures(3, [0, 0, 0, 3]) });
    expect(await line.knownIn()).toEqual(before);
    expect(figuresOf(await importing([header, row({ collectedAt: '2026-01-02T03:04:06Z' }), row()]))).toEqual(figures(2, [0, 0, 1, 1]));
  });

  test('records for the customer who stays what is said of one that was merged', async () => {
    const link = (value: string): NewLink => ({ namespace: 'crm', value, method: 'FIRST_SEEN', verified: true });
    const [a, b] = await line.withStore(async (store) => {
      const [one, other] = await store.links.claim([{ member: undefined, links: [link('c1')] }, { member: undefined, links: [link('c2')] }]);
      if (one === undefined || other === undefined) throw new Error('there are two');
      await store.stewardship.change({ change: { kind: 'merge', into: one.id, customer: other.id }, actor: 'ada', evidence: 'x', requestId: 'r' });
      return [one.id, other.id];
    });
    expect(figuresOf(await importing([header, row({ number: '', crm: 'c2' }), row({ number: '', crm: 'c1' })]))).toEqual(figures(2, [0, 0, 1, 1]));
    expect((await recordsOf('crm', 'c2'))?.map(({ customer }) => customer)).toEqual([a]);
    expect(b).not.toBe(a);
  });

  test('lists bad rows with line and reason, and stores nothing of them', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const time = 'expected a time in RFC 3339 with its offset, like 2026-03-01T09:30:00+01:00';
    const bad: readonly (readonly [Partial<typeof granted>, string])[] = [
      [{ purpose: 'marketing.mail' }, 'purpose: expected a purpose of the deployment, got "marketing.mail"'],
      [{ purpose: '' }, 'purpose: expected a purpose, got nothing'],
      [{ status: 'granted' }, 'status: expected one of GRANTED, DENIED, WITHDRAWN, OBJECTED, OBJECTION_LIFTED, got "granted"'],
      [{ status: '' }, 'status: expected one of GRANTED, DENIED, WITHDRAWN, OBJECTED, OBJECTION_LIFTED, got nothing'],
      [{ method: 'FAX' }, 'method: expected one of WEB_FORM, APP, EMAIL, PHONE, IN_PERSON, PAPER, SIGNAL, IMPORTED, got "FAX"'],
      [{ collectedAt: '2026-02-30T00:00:00Z' }, `collectedAt: ${time}, got "2026-02-30T00:00:00Z"`],
      [{ collectedAt: '2026-01-02T03:04:05' }, `collectedAt: ${time}, got "2026-01-02T03:04:05"`],
      [{ collectedAt: '02.01.2026' }, `collectedAt: ${time}, got "02.01.2026"`],
      [{ collectedAt: '' }, `collectedAt: ${time}, got nothing`],
      [{ collectedAt: tomorrow }, `collectedAt: expected a time that is not in the future, got "${tomorrow}"`],
      [{ expiresAt: granted.collectedAt }, 'expiresAt: expected a time after collectedAt, got "2026-01-02T03:04:05Z"'],
      [{ expiresAt: 'never' }, `expiresAt: ${time}, got "never"`],
      [{ source: 'authority crm c1' }, 'source: expected a plain name of letters, digits, ".", "_" and "-", got "authority crm c1"'],
      [{ source: '' }, 'source: expected a plain name, got nothing'],
      [{ notice: '' }, 'notice: expected the notice that she was shown, got nothing'],
      [{ noticeVersion: '' }, 'noticeVersion: expected the version of the notice, got nothing'],
      [{ status: 'WITHDRAWN', noticeVersion: '' }, 'noticeVersion: expected together with notice, got nothing'],
      [{ status: 'OBJECTED', channel: 'email', notice: '', noticeVersion: '' }, 'channel: expected nothing: an objection has none, got "email"'],
      [{ channel: 'E-Mail' }, 'channel: expected a channel like "email", got "E-Mail"'],
      [{ evidence: 'a\u0007' }, 'evidence: control characters, or bytes that are no UTF-8'],
      [{ evidence: 'x'.repeat(2001) }, `evidence: expected evidence in at most 2000 characters, got "${'x'.repeat(60)}…"`],
      [{ purpose: 'x', method: '' }, 'purpose: expected a purpose of the deployment, got "x"; method: expected one of WEB_FORM, APP, EMAIL, PHONE, IN_PERSON, PAPER, SIGNAL, IMPORTED, got nothing'],
      [{ number: '', crm: ' ' }, 'no name of the customer'],
    ];
    const rows = bad.map(([more], nth) => row({ number: `2${nth}`, crm: `d${nth}`, ...more }));
    const { code, out, err } = await importing([header, row(), ...rows, '1,2', row({ number: '10001', crm: 'c9' }), row({ number: '10009', crm: 'c1' }), row({ number: '10003', crm: 'c3' })]);
    const total = rows.length + 5;
    expect({ code, figures: JSON.parse(out) }).toEqual({ code: 3, figures: figures(total, [2, 4, 2, 0], rows.length + 3) });
    const told = new Map(err.trimEnd().split('\n').map((text) => [Number(/: line (\d+): /.exec(text)?.[1]), text.replace(/^consents\.csv: line \d+: /, '')]));
    expect(bad.map((_, nth) => told.get(nth + 3))).toEqual(bad.map(([, reason]) => reason));
    expect([told.get(total - 2), told.get(total - 1), told.get(total)]).toEqual([
      'wrong number of columns: expected 12, got 2', expect.stringMatching(/^crm: customer \S+ has another key there$/), expect.stringMatching(/^number: customer \S+ has another key there$/),
    ]);
    expect(await Promise.all(bad.map((_, nth) => recordsOf('crm', `d${nth}`)))).toEqual(bad.map(() => undefined));
    expect(await factsOf('crm', 'c3')).toHaveLength(1);
  });

  test('refuses a header that names nobody, or not all that a record says', async () => {
    const names = 'number, crm, billing, support, issuer:https://login.sample-company.example';
    const expected = `expected a header of ${names}, purpose, channel, status, notice, noticeVersion, method, source, collectedAt, expiresAt, evidence`;
    for (const [first, problem] of [
      ['crm,purpose,notice', `${expected}; missing: status, method, source, collectedAt`],
      ['purpose,status,method,source,collectedAt', `expected a column of names: ${names}; got none`],
      ['crm,purpose,status,method,source,collectedAt,relation', `${expected}; got "relation"`],
      ['crm,purpose,status,method,source,collectedAt,status', 'expected each column once, got "status" twice'],
      ['', `${expected}; got ""`],
    ] as const) {
      expect(await importing([first, row()])).toEqual({ code: 2, out: '', err: `customer360: ${line.path('consents.csv')}: line 1: ${problem}\n` });
    }
  });

  test('--dry-run says the same and stores nothing', async () => {
    await importing([header, row()]);
    const before = await line.knownIn();
    const rows = [header, row(), row({ source: 'branch' }), row({ source: 'branch' }), row({ number: '10002', crm: 'c2' }), row({ purpose: 'x' })];
    const rehearsed = await importing(rows, '--dry-run');
    expect({ code: rehearsed.code, figures: figuresOf(rehearsed) }).toEqual({ code: 3, figures: figures(5, [1, 2, 2, 2], 1, true) });
    expect(await line.knownIn()).toEqual(before);
    expect(figuresOf(await importing(rows))).toEqual(figures(5, [1, 2, 2, 2], 1));
  });

  test('that was killed is completed by repeating it', async () => {
    const count = 60_000;
    const file = await line.write('many.csv', [header, ...Array.from({ length: count }, (_, nth) => row({ number: `${nth}`, crm: `k${nth}` })), ''].join('\n'));
    const { child, ended } = line.start('consent', 'import', file, '--json');
    while (child.exitCode === null && (await recordsOf('number', '0')) === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    const again = figuresOf(await line.run('consent', 'import', file, '--json'));
    expect(again).toMatchObject({ rows: count, rejected: 0 });
    expect(Number(again['newRecords']) + Number(again['alreadyKnown'])).toBe(count);
    // The customer, her two names and what is said of her.
    expect(await line.knownIn()).toHaveLength(4 * count);
  }, 60_000);
});
