import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emailConsentOf } from '../../../sample/contacts.ts';
import type { Person } from '../../../sample/people.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import { startTestGateway, type TestGateway } from '../../fixtures/gateway.ts';
import { commandLineOf } from './command-line.ts';

/** Two gateways that serve from one file, and the command line beside them. */
let company: TestCompany;
let both: readonly [TestGateway, TestGateway];
beforeAll(async () => {
  const purposes = await readFile(join(import.meta.dirname, '../../../config/purposes.yaml'), 'utf8');
  company = await startCompany({
    files: {
      'purposes.yaml': `${purposes}marketing.phone:\n  legalBasis: consent\n  owner: CMO\n  description: Calling customers.\n  dataClasses: [identifier, contact]\n`,
      'policies/phone.cedar': `
        @id("phone-reads") permit (principal in Role::"marketing", action in [Action::"see", Action::"read"], resource) when { context.purpose == Purpose::"marketing.phone" };
        @id("phone-looks-up") permit (principal in Role::"marketing", action == Action::"lookup", resource == Field::"Customer.number") when { context.purpose == Purpose::"marketing.phone" };`,
    },
  });
  const { env, files } = company.setup;
  both = [company.gateway, await startTestGateway({ files, env: { ...env, STORE_FILE: join(company.gateway.folder, 'store.sqlite') } })];
}, 60_000);
afterAll(async () => {
  await both[1].stop();
  await company.stop();
});

/** Imports records of a purpose while both serve. */
const consent = async (purpose: string, ...rows: readonly (readonly [name: string, status: string, source: string, day: string])[]): Promise<void> => {
  const line = commandLineOf(company.gateway.folder);
  const file = await line.write('consents.csv', [
    'number,purpose,status,notice,noticeVersion,method,source,collectedAt',
    ...rows.map(([number, status, source, day]) => `${number},${purpose},${status},terms,1,WEB_FORM,${source},${day}T12:00:00Z`),
    '',
  ].join('\n'));
  expect(await line.run('consent', 'import', file)).toMatchObject({ code: 0, err: '' });
};
/** What a marketer reads of a customer through either gateway: a value, or why there is none. */
const reads = async (purpose: string, field: 'phone' | 'email', number: string): Promise<readonly unknown[]> => Promise.all(both.map(async ({ ask, issuer }) => {
  const token = issuer.token({ sub: 'marie', kind: 'staff', roles: ['marketing'], purposes: [purpose] });
  const { data, errors } = await ask(`query ($number: String) { customer(by: { number: $number }) { ${field} } }`, { token, variables: { number } });
  return data.customer[field] ?? errors.map(({ path, extensions: { code, reason } }) => ({ path, code, reason }));
}));
const refused = (field: string): unknown => {
  const answer = [{ path: ['customer', field], code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'consent' }];
  return [answer, answer];
};
/** Customers of whom the CRM has what is asked for, and who said that of marketing by e-mail. */
const numbersOf = (said: ReturnType<typeof emailConsentOf>): readonly string[] => company.people.all()
  .filter((person: Person) => emailConsentOf(person) === said && person.copies.crm?.phone !== undefined && person.copies.crm.email !== undefined)
  .flatMap(({ copies }) => copies.crm?.number ?? []);

describe('What consent import stores is in force at the next request of every gateway', () => {
  const purpose = 'marketing.phone';

  test('a field that was denied is read, until another source knows that it may not be', async () => {
    const [number = ''] = numbersOf('granted');
    const phone = (): ReturnType<typeof reads> => reads(purpose, 'phone', number);
    expect(await phone()).toEqual(refused('phone'));
    await consent(purpose, [number, 'GRANTED', 'webshop', '2026-01-01']);
    expect(await phone()).toEqual([expect.stringMatching(/^\+/), expect.stringMatching(/^\+/)]);
    await consent(purpose, [number, 'WITHDRAWN', 'call-centre', '2026-01-02']);
    expect(await phone()).toEqual(refused('phone'));
    // What the shop hears later is not what the call centre was told.
    await consent(purpose, [number, 'GRANTED', 'webshop', '2026-01-03']);
    expect(await phone()).toEqual(refused('phone'));
    await consent(purpose, [number, 'GRANTED', 'call-centre', '2026-01-04']);
    expect(await phone()).toEqual([expect.stringMatching(/^\+/), expect.stringMatching(/^\+/)]);
  });

  test('of one source the latest word counts, in whatever order they come', async () => {
    const [, number = ''] = numbersOf('granted');
    await consent(purpose, [number, 'WITHDRAWN', 'webshop', '2026-02-02'], [number, 'GRANTED', 'webshop', '2026-02-01']);
    expect(await reads(purpose, 'phone', number)).toEqual(refused('phone'));
  });

  test('of customers whom nobody has met yet from their first appearance on', async () => {
    const [, , one = '', other = ''] = numbersOf('granted');
    await consent(purpose, [one, 'GRANTED', 'webshop', '2026-01-01'], [other, 'DENIED', 'webshop', '2026-01-01']);
    expect(await reads(purpose, 'phone', one)).toEqual([expect.stringMatching(/^\+/), expect.stringMatching(/^\+/)]);
    expect(await reads(purpose, 'phone', other)).toEqual(refused('phone'));
  });

  test('where a source is the authority, a withdrawal counts beside what it says', async () => {
    const [, , , , number = ''] = numbersOf('granted');
    expect(await reads('marketing.email', 'email', number)).toEqual([expect.stringContaining('@'), expect.stringContaining('@')]);
    await consent('marketing.email', [number, 'WITHDRAWN', 'call-centre', '2026-01-01']);
    expect(await reads('marketing.email', 'email', number)).toEqual(refused('email'));
  });

  test.each(['denied', 'withdrawn', undefined] as const)('where the authority says %s, a consent from elsewhere does not help', async (said) => {
    const [number = ''] = numbersOf(said);
    await consent('marketing.email', [number, 'GRANTED', 'webshop', '2026-06-01'], [number, 'GRANTED', 'crm', '2026-06-01']);
    expect(await reads('marketing.email', 'email', number)).toEqual(refused('email'));
  });
});
