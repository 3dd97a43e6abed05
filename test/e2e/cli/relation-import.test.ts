import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aCommandLine, figuresOf, type CommandLine, type Ended } from './command-line.ts';

let line: CommandLine;
beforeEach(async () => {
  line = await aCommandLine();
});
afterEach(() => line.remove());

const header = 'number,relation,party,status,source,collectedAt,expiresAt,evidence';
const importing = async (...rows: readonly string[]): Promise<Ended> =>
  line.run('relation', 'import', await line.write('relations.csv', `${[header, ...rows].join('\n')}\n`), '--json', '--actor', 'ada');
const factsOf = (number: string): Promise<readonly unknown[] | undefined> => line.withStore(async (store) => {
  const [customer] = await store.links.read([{ kind: 'name', namespace: 'number', value: number }]);
  return customer?.members[0].facts.map(({ fact, actor }) => ({ ...fact, actor }));
});

test('relation import stores whose customer she is and where she belongs, once', async () => {
  const rows = ['10001,PARTNER,acme,HOLDS,crm,2026-01-01T00:00:00Z,2030-01-01T00:00:00Z,contract 7', '10001,REGION,DE-BY,HOLDS,crm,2026-01-02T00:00:00Z,,', '10001,REGION,DE-BY,ENDED,crm,2026-01-03T00:00:00Z,,'];
  const ended = await importing(...rows);
  expect({ ...ended, out: figuresOf(ended) }).toEqual({ code: 0, err: '', out: { rows: 3, newCustomers: 1, newLinks: 1, newRecords: 3, alreadyKnown: 0, rejected: 0, dryRun: false } });
  const said = { kind: 'relation', method: 'IMPORTED', source: 'crm', actor: 'ada' };
  const facts = [
    { ...said, relation: 'PARTNER', party: 'acme', status: 'HOLDS', at: Date.UTC(2026, 0, 1), expiresAt: Date.UTC(2030, 0, 1), evidence: 'contract 7' },
    { ...said, relation: 'REGION', party: 'DE-BY', status: 'HOLDS', at: Date.UTC(2026, 0, 2) },
    { ...said, relation: 'REGION', party: 'DE-BY', status: 'ENDED', at: Date.UTC(2026, 0, 3) },
  ];
  expect(await factsOf('10001')).toEqual(facts);
  expect(figuresOf(await importing(...rows))).toMatchObject({ newRecords: 0, alreadyKnown: 3 });
  expect(await factsOf('10001')).toEqual(facts);
});

test('relation import lists bad rows with line and reason, and stores nothing of them', async () => {
  const partner = 'expected the audience of a partner: acme';
  const bad = [
    ['PARTNER,self,HOLDS,crm,2026-01-01T00:00:00Z,,', `party: ${partner}, got "self"`],
    ['PARTNER,internal,HOLDS,crm,2026-01-01T00:00:00Z,,', `party: ${partner}, got "internal"`],
    ['PARTNER,,HOLDS,crm,2026-01-01T00:00:00Z,,', `party: ${partner}, got nothing`],
    ['REGION,the south,HOLDS,crm,2026-01-01T00:00:00Z,,', 'party: expected a plain name of letters, digits, ".", "_" and "-", got "the south"'],
    ['BRANCH,7,HOLDS,crm,2026-01-01T00:00:00Z,,', 'relation: expected one of PARTNER, REGION, got "BRANCH"'],
    ['REGION,EU,GRANTED,crm,2026-01-01T00:00:00Z,,', 'status: expected one of HOLDS, ENDED, got "GRANTED"'],
    ['REGION,EU,HOLDS,crm,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z,', 'expiresAt: expected a time after collectedAt, got "2025-01-01T00:00:00Z"'],
    ['REGION,EU,HOLDS,a b,2999-01-01T00:00:00Z,,', 'collectedAt: expected a time that is not in the future, got "2999-01-01T00:00:00Z"'],
  ] as const;
  const { code, out, err } = await importing(...bad.map(([row], nth) => `2000${nth},${row}`), '10001,REGION,EU,HOLDS,crm,2026-01-01T00:00:00Z,,');
  expect({ code, figures: JSON.parse(out) }).toMatchObject({ code: 3, figures: { rows: 9, newCustomers: 1, newRecords: 1, rejected: 8 } });
  const told = err.trimEnd().split('\n');
  for (const [nth, [, reason]] of bad.entries()) expect(told[nth]).toContain(reason);
  expect(told.map((text) => /line \d+/.exec(text)?.[0])).toEqual(bad.map((_, nth) => `line ${nth + 2}`));
  expect(await Promise.all(bad.map((_, nth) => factsOf(`2000${nth}`)))).toEqual(bad.map(() => undefined));
});
