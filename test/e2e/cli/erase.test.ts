import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerId } from '../../../src/ids.ts';
import { anEmergency } from '../../fixtures/access.ts';
import { aConsent, anObjection, aRecord } from '../../fixtures/facts.ts';
import { aCommandLine, figuresOf, type CommandLine } from './command-line.ts';

let line: CommandLine;
/** `her` was merged with `too`; `other` is somebody else. */
let [her, too, other] = ['', '', ''];
beforeEach(async () => {
  line = await aCommandLine();
  [her, too, other] = await line.withStore(async ({ links, facts, stewardship, access }) => {
    const claimed = await links.claim(['a', 'b', 'c'].map((value) => ({ member: undefined, links: [{ namespace: 'crm', value: `key-of-${value}`, method: 'NUMBER', verified: true }] })));
    const [a, b, c] = claimed.map(({ id }) => id);
    if (a === undefined || b === undefined || c === undefined) throw new Error('there are three');
    await stewardship.change({ change: { kind: 'merge', into: a, customer: b }, actor: 'ada', evidence: 'x', requestId: 'r' });
    await facts.append([aRecord(a, 'f1', aConsent()), aRecord(b, 'f2', anObjection()), aRecord(c, 'f3', anObjection())]);
    await access.append(anEmergency('e1', { customer: a }));
    return [a, b, c];
  });
});
afterEach(() => line.remove());

const held = { customers: 2, links: 2, consents: 1, objections: 1, restrictions: 0, relations: 0, unlinked: 0, bars: 0, linkEvents: 1, emergencies: 1, candidacies: 0 };
const none = Object.fromEntries(Object.keys(held).map((kind) => [kind, 0]));
const actsOf = async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  await line.run('audit', 'export', '--out', line.path('trail.jsonl'));
  const { readFile } = await import('node:fs/promises');
  return (await readFile(line.path('trail.jsonl'), 'utf8')).trim().split('\n').map((text) => (JSON.parse(text) as { entry: Readonly<Record<string, unknown>> }).entry).filter(({ action }) => action === 'customer.erase');
};

describe('erase', () => {
  test('says what is held, and without --yes takes nothing', async () => {
    const before = await line.recordsOf();
    const { code, out, err } = await line.run('erase', '--customer', her);
    expect({ code, err }).toEqual({ code: 2, err: 'customer360: nothing was erased: expected --yes, since what is erased cannot be brought back\n' });
    expect(out).toMatch(/^what is held, and is erased for good:\n {2}customer +\S+\n {2}ids +\S+ \S+\n {2}customers +2\n {2}links +2\n {2}consents +1\n {2}objections +1\n/);
    const asJson = await line.run('erase', '--customer', too, '--json');
    expect(asJson).toMatchObject({ code: 2 });
    expect(figuresOf(asJson)).toEqual({ customer: her, ids: `${her} ${too}`, ...held, erased: false });
    expect(await line.recordsOf()).toEqual(before);
  });

  test('takes all of her and nothing of anybody else, is on record before, and the trail proves itself', async () => {
    const kept = (await line.knownIn()).filter((record) => record.includes(other) || record.includes('"kind","access"'));
    const { code, out, err } = await line.run('erase', '--customer', too, '--yes', '--reason', 'case 17', '--actor', 'ada');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^what is held, and is erased for good:\n.*\nerased\n$/s);
    const left = await line.knownIn();
    expect(left.filter((record) => !record.includes('"kind","erased"'))).toEqual(kept.filter((record) => !record.includes('"kind","access"')));
    expect(left.filter((record) => record.includes('"kind","erased"'))).toHaveLength(2);
    expect(JSON.stringify(await line.recordsOf())).not.toMatch(/key-of-[ab]/);
    expect(await actsOf()).toMatchObject([{ kind: 'administration', actor: 'ada', about: { customer: her, ids: `${her} ${too}`, reason: 'case 17', ...held } }]);
    expect(await line.run('audit', 'verify')).toMatchObject({ code: 0 });
  });

  test('again changes nothing, and says when it was', async () => {
    expect(figuresOf(await line.run('erase', '--customer', her, '--yes', '--json'))).toEqual({ customer: her, ids: `${her} ${too}`, ...held, erased: true });
    const before = await line.recordsOf();
    const again = await line.run('erase', '--customer', too, '--yes', '--json');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(figuresOf(again)).toEqual({ customer: her, ids: `${her} ${too}`, ...none, erasedAt: expect.stringMatching(/^20/), erased: true });
    expect(await line.run('erase', '--customer', her)).toMatchObject({ code: 0, out: expect.stringMatching(/^erased before; nothing is left of it\n/) });
    expect(await line.recordsOf()).toEqual(before);
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ['nobody', ['--customer', 'nobody', '--yes'], 1, /there is no customer "nobody"/],
    ['nobody in particular', ['--yes'], 2, /expected either --customer or --again/],
    ['one and a file', ['--customer', 'x', '--again', 'y', '--yes'], 2, /expected either --customer or --again/],
    ['a file that is not there', ['--again', 'nowhere.jsonl', '--yes'], 1, /nowhere\.jsonl cannot be read/],
    ['an empty id', ['--customer', '', '--yes'], 1, /there is no customer ""/],
  ])('of %s is refused', async (_, args, code, message) => {
    const before = await line.recordsOf();
    expect(await line.run('erase', ...args)).toMatchObject({ code, err: expect.stringMatching(message) });
    expect(await line.recordsOf()).toEqual(before);
  });

  test('does not happen where it cannot be put on record', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(line.path('store.sqlite'));
    db.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit_entry BEGIN SELECT raise(ABORT, 'the disk is full'); END");
    db.close();
    const before = await line.knownIn();
    expect(await line.run('erase', '--customer', her, '--yes')).toMatchObject({ code: 1, err: expect.stringMatching(/could not be put on record, so nothing was done/) });
    expect(await line.knownIn()).toEqual(before);
  });
});

describe('a backup of before', () => {
  const restored = async (): Promise<CommandLine> => {
    const fresh = await aCommandLine();
    expect(await fresh.run('store', 'restore', '--in', line.path('before.gz'))).toMatchObject({ code: 0 });
    return fresh;
  };
  beforeEach(async () => {
    expect(await line.run('store', 'backup', '--out', line.path('before.gz'))).toMatchObject({ code: 0 });
  });

  test('is followed by erasing again, by what `erase --json` or `erased --json` printed', async () => {
    const first = await line.run('erase', '--customer', her, '--yes', '--json');
    const list = await line.run('erased', '--json');
    expect(JSON.parse(list.out)).toEqual([her, too].toSorted().map((customer) => ({ customer, root: her, erasedAt: expect.stringMatching(/^20/) })));
    for (const text of [first.out, list.out]) {
      const fresh = await restored();
      try {
        await fresh.write('erased.jsonl', text);
        expect(await fresh.run('erase', '--again', fresh.path('erased.jsonl'), '--json')).toMatchObject({ code: 2 });
        const again = await fresh.run('erase', '--again', fresh.path('erased.jsonl'), '--yes', '--json');
        expect([again.code, figuresOf(again)]).toEqual([0, { named: 2, toErase: 1, records: 8, erased: true }]);
        expect(JSON.stringify(await fresh.recordsOf())).not.toMatch(/key-of-[ab]/);
        expect(figuresOf(await fresh.run('erase', '--again', fresh.path('erased.jsonl'), '--yes', '--json'))).toEqual({ named: 2, toErase: 0, records: 0, erased: true });
      } finally {
        await fresh.remove();
      }
    }
  });

  test('in which she was one with somebody who was not erased spares both, and says so', async () => {
    await line.withStore(({ stewardship }) => stewardship.change({ change: { kind: 'unmerge', customer: customerId(too) }, actor: 'ada', evidence: 'x', requestId: 'r' }));
    const { out } = await line.run('erase', '--customer', her, '--yes', '--json');
    const fresh = await restored();
    try {
      await fresh.write('erased.jsonl', out);
      const before = await fresh.recordsOf();
      expect(await fresh.run('erase', '--again', fresh.path('erased.jsonl'), '--yes')).toMatchObject({ code: 3, err: expect.stringContaining(`${her} is not erased: here she is one with ${too}`) });
      expect(await fresh.recordsOf()).toEqual(before);
    } finally {
      await fresh.remove();
    }
  });

  test('is not followed by what was not erased, nor by a file of something else', async () => {
    await line.write('looked.jsonl', (await line.run('erase', '--customer', her, '--json')).out);
    expect(figuresOf(await line.run('erase', '--again', line.path('looked.jsonl'), '--yes', '--json'))).toEqual({ named: 0, toErase: 0, records: 0, erased: true });
    await line.write('other.jsonl', '{"customer":"x"}\nnonsense\n');
    expect(await line.run('erase', '--again', line.path('other.jsonl'), '--yes')).toMatchObject({ code: 1, err: expect.stringMatching(/other\.jsonl: line 2: expected what/) });
  });

  test('and one of after have who was erased', async () => {
    await line.run('erase', '--customer', her, '--yes');
    expect(await line.run('store', 'backup', '--out', line.path('before.gz'))).toMatchObject({ code: 0 });
    const fresh = await restored();
    expect((await fresh.run('erased')).out).toMatch(new RegExp(`^customer +root +erasedAt\n${[her, too].toSorted().map((id) => `${id} +${her} +20\\S+\n`).join('')}$`));
    await fresh.remove();
    const empty = await aCommandLine();
    await empty.withStore(async () => undefined);
    expect((await empty.run('erased')).out).toBe('nobody was erased\n');
    await empty.remove();
  });
});
