import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerId } from '../../../src/ids.ts';
import { linksOf } from '../../../src/store/links.ts';
import { inStore } from '../../fixtures/company.ts';
import { aCommandLine, figuresOf, type CommandLine } from './command-line.ts';

const issuer = 'https://login.sample-company.example';
let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
});
afterEach(() => line.remove());

const importing = async (text: string | Buffer, ...options: readonly string[]): Promise<Awaited<ReturnType<CommandLine['run']>>> =>
  line.run('link', 'import', await line.write('known.csv', text), '--json', ...options);
/** The customer who has a name, as `namespace value`. */
const who = (namespace: string, value: string): Promise<readonly string[] | undefined> => line.withStore(async (store) => {
  const [customer] = await store.links.read([{ kind: 'name', namespace, value }]);
  return customer && linksOf(customer).map((link) => `${link.namespace} ${link.value}`).sort();
});
/** Whether anything is stored by now; without waiting for who writes, so that it is seen in time. */
const hasLinks = (): boolean => {
  try {
    return inStore(line, 'SELECT 1 FROM link LIMIT 1').length > 0;
  } catch {
    return false;
  }
};
const figures = (rows: number, newCustomers: number, newLinks: number, alreadyKnown: number, rejected: number, dryRun = false): unknown =>
  ({ rows, newCustomers, newLinks, alreadyKnown, rejected, dryRun });

describe('link import', () => {
  test('stores each row as one person, with what it rests on', async () => {
    const ended = await importing(`\ufeffnumber,crm,"issuer:${issuer}",billing\r\n 10001 ,c1,,"b ""1"""\r\n10002,,sub-2,\r\n`, '--actor', 'ada');
    expect({ ...ended, out: figuresOf(ended) }).toEqual({ code: 0, err: '', out: figures(2, 2, 5, 0, 0) });
    expect(await who('crm', 'c1')).toEqual(['billing b "1"', 'crm c1', 'number 10001']);
    expect(await who(issuer, 'sub-2')).toEqual([`${issuer} sub-2`, 'number 10002']);
    const [customer] = await line.withStore((store) => store.links.read([{ kind: 'name', namespace: 'crm', value: 'c1' }]));
    expect(customer?.members[0].links[0]).toMatchObject({ method: 'IMPORTED', verified: true, evidence: 'known.csv', actor: 'ada' });
    expect(customer?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('of the same file again changes nothing', async () => {
    const text = 'number,crm\n1,c1\n2,c2\n';
    await importing(text);
    const before = await line.knownIn();
    expect(before).toEqual(expect.arrayContaining([expect.stringContaining(JSON.stringify(['actor', userInfo().username]))]));
    const again = await importing(text, '--actor', 'somebody else');
    expect({ code: again.code, figures: figuresOf(again) }).toEqual({ code: 0, figures: figures(2, 0, 0, 2, 0) });
    expect(await line.knownIn()).toEqual(before);
  });

  test('extends customers who are there already, from before or from rows above', async () => {
    await line.withStore((store) => store.links.claim([{ member: undefined, links: [{ namespace: 'crm', value: 'c1', method: 'FIRST_SEEN', verified: true }] }]));
    expect(figuresOf(await importing('number,crm,billing\n1,c1,\n1,,b1\n2,c2,\n2,c2,b2\n'))).toEqual(figures(4, 1, 5, 0, 0));
    expect(await who('billing', 'b1')).toEqual(['billing b1', 'crm c1', 'number 1']);
    expect(await who('billing', 'b2')).toEqual(['billing b2', 'crm c2', 'number 2']);
  });

  test('lists bad rows with line and reason, and stores nothing of them', async () => {
    const separate = { kind: 'separate', record: { namespace: 'billing', value: 'barred' } } as const;
    await line.withStore(async (store) => {
      await store.links.claim([{ member: undefined, links: [{ namespace: 'crm', value: 'old', method: 'FIRST_SEEN', verified: true }] }]);
      await store.stewardship.change({ change: { ...separate, customer: customerId('id-1') }, actor: 'ada', evidence: 'x', requestId: 'r' });
    });
    const rows = [
      'number,crm,billing', '1,c1,b1', '2,c2', '3,"c3,b3', '', ',,', '4,c\t4,b4', `5,${'x'.repeat(513)},b5`, '6,c"6,b6', '1,c7,b7', '8,c8,b8', '1,c8,', '9,old,barred', '10,c10,b10',
    ];
    const latin = Buffer.from('11,\xe9,b11\n', 'latin1');
    const { code, out, err } = await importing(Buffer.concat([Buffer.from(`${rows.join('\n')}\n`), latin, Buffer.from(`12,${'y'.repeat(100_000)},b12\n13,"c13","b13"`)]));
    expect(code).toBe(3);
    expect(JSON.parse(out)).toEqual(figures(16, 4, 12, 0, 12));
    expect(err.trimEnd().split('\n').toSorted((a, b) => Number(a.split(/[ :]+/)[2]) - Number(b.split(/[ :]+/)[2]))).toEqual([
      'known.csv: line 3: wrong number of columns: expected 3, got 2',
      'known.csv: line 4: unterminated quote',
      'known.csv: line 5: empty row',
      'known.csv: line 6: empty row',
      'known.csv: line 7: crm: control characters, or bytes that are no UTF-8',
      'known.csv: line 8: crm: over-long key: expected at most 512 characters, got 513',
      'known.csv: line 9: a quote within a value that is not quoted as a whole',
      expect.stringMatching(/^known\.csv: line 10: crm: customer \S+ has another key there$/),
      expect.stringMatching(/^known\.csv: line 12: the names belong to different customers: \S+, \S+$/),
      expect.stringMatching(/^known\.csv: line 13: billing: this record is barred from customer id-1$/),
      'known.csv: line 15: crm: control characters, or bytes that are no UTF-8',
      'known.csv: line 16: longer than a row can be',
    ]);
    for (const number of ['2', '3', '4', '5', '6', '9', '11', '12']) expect(await who('number', number)).toBeUndefined();
    expect(await who('crm', 'c8')).toEqual(['billing b8', 'crm c8', 'number 8']);
    expect(await who('billing', 'b13')).toEqual(['billing b13', 'crm c13', 'number 13']);
  });

  test('writes the listing into a file that only its owner may read', async () => {
    const { code, err } = await importing('number,crm\n1,c1\n1,"c2\n2\n', '--rejects', 'bad.csv');
    expect({ code, err }).toEqual({ code: 3, err: '' });
    expect(await readFile(line.path('bad.csv'), 'utf8')).toBe('line,reason\n3,"unterminated quote"\n4,"wrong number of columns: expected 2, got 1"\n');
    expect((await stat(line.path('bad.csv'))).mode & 0o777).toBe(0o600);
    expect(await importing('number\n1\n', '--rejects', 'known.csv')).toMatchObject({ code: 2, err: expect.stringMatching(/expected another file/) });
    expect(await readFile(line.path('known.csv'), 'utf8')).toBe('number\n1\n');
  });

  test('refuses a header that the deployment has no sources for', async () => {
    const expected = `expected a header of number, crm, billing, support, issuer:${issuer}`;
    for (const [header, got] of [['number,crm,erp,fax', `${expected}; got "erp", "fax"`], ['crm,crm', 'expected each column once, got "crm" twice'], ['number;crm', `${expected}; got "number;crm"`]]) {
      const { code, out, err } = await importing(`${header}\n1,2,3,4\n`);
      expect({ code, out, err }).toEqual({ code: 2, out: '', err: `customer360: ${line.path('known.csv')}: line 1: ${got}\n` });
    }
    expect(await importing('')).toMatchObject({ code: 2, err: expect.stringContaining(expected) });
    expect(await importing('number;crm\n1;c1\n', '--delimiter', ';')).toMatchObject({ code: 0 });
    expect(await line.run('link', 'import', 'nowhere.csv')).toMatchObject({ code: 1, err: expect.stringMatching(/^customer360: nowhere\.csv cannot be read: ENOENT/) });
  });

  test('--dry-run says the same and stores nothing', async () => {
    await importing('number,crm\n1,c1\n');
    const before = await line.knownIn();
    const text = `number,crm,billing\n1,c1,b1\n2,c2,b2\n2,c9,\n${Array.from({ length: 26_000 }, (_, at) => `${at + 10},k${at},`).join('\n')}\n2,c3,\n`;
    const rehearsed = await importing(text, '--dry-run');
    expect({ code: rehearsed.code, figures: figuresOf(rehearsed) }).toEqual({ code: 3, figures: figures(26_004, 26_001, 52_004, 0, 2, true) });
    expect(await line.knownIn()).toEqual(before);
    expect(figuresOf(await importing(text))).toEqual(figures(26_004, 26_001, 52_004, 0, 2));
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('that was ended by %s is completed by repeating it', async (signal) => {
    const rows = 100_000;
    const file = await line.write('many.csv', `number,crm,billing\n${Array.from({ length: rows }, (_, at) => `${at},c${at},b${at}`).join('\n')}\n`);
    const countOf = (): Promise<number> => line.knownIn().then((records) => records.length, () => 0);
    const { child, ended } = line.start('link', 'import', file, '--json');
    while (child.exitCode === null && !hasLinks()) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill(signal);
    const { code, err } = await ended;
    if (signal === 'SIGINT') expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/interrupted; the same command, repeated, goes on/) });
    else expect(code).toBeNull();
    const stored = await countOf();
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(4 * rows);
    expect(stored % 4).toBe(0);
    const again = await line.run('link', 'import', file, '--json');
    expect(figuresOf(again)).toEqual(figures(rows, rows - stored / 4, 3 * rows - stored * 3 / 4, stored / 4, 0));
    expect(await countOf()).toBe(4 * rows);
  }, 60_000);
});
