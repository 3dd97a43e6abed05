import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openClient, RequestRefused, whyNull, type Ask } from '../../../examples/support-desk/client.ts';
import { CustomerAtDeskDocument, InvoicesAfterDocument } from '../../../examples/support-desk/generated/graphql.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

const root = join(import.meta.dirname, '../../..');
const example = join(root, 'examples/support-desk');
const run = promisify(execFile);

describe('what is generated', () => {
  test('is of the schema that staff have now: `npm run codegen` would change nothing', async () => {
    const printed = await run(process.execPath, [`--env-file=${join(example, 'schema.env')}`, 'src/main.ts', 'schema', 'print', '--audience', 'internal'], { cwd: root, maxBuffer: 10_000_000 });
    expect(printed.stdout).toBe(await readFile(join(example, 'schema.graphql'), 'utf8'));
    // Ends with 1 and the names of the files where one would be another.
    await run(process.execPath, ['node_modules/.bin/graphql-codegen', '--check', '--config', 'examples/support-desk/codegen.ts'], { cwd: root });
  }, 60_000);
});

describe('the client', () => {
  let company: TestCompany;
  let ask: Ask;
  beforeAll(async () => {
    company = await startCompany();
    ask = openClient({ url: `${company.gateway.url}/graphql`, token: company.gateway.issuer.caller('support') });
  }, 30_000);
  afterAll(() => company.stop());

  test('has a type for what it asks, and says why something is null', async () => {
    const { data: { customer }, errors } = await ask(CustomerAtDeskDocument, { number: '10001' });
    // Each of these is typed: a name that the query does not select, or another type, does not compile.
    const name: string | null | undefined = customer?.profile?.name;
    const balance: `${number}` | null | undefined = customer?.billing?.balance;
    expect([name, balance]).toEqual(['Käthe Krüger', '17.61']);
    expect([customer?.segments, whyNull(errors, 'customer', 'segments')]).toMatchObject([null, { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' }]);
    expect(whyNull(errors, 'customer', 'email')).toBeUndefined();
  });

  test('goes on with a page by the id and the cursor that it was given', async () => {
    const { data: { customer } } = await ask(CustomerAtDeskDocument, { number: '10001' });
    if (customer?.invoices?.pageInfo.hasNextPage !== true) throw new Error('there is one page only');
    const { data: { node } } = await ask(InvoicesAfterDocument, { customer: customer.id, after: customer.invoices.pageInfo.endCursor });
    const [first, second] = [customer.invoices, node?.invoices].map((page) => page?.edges?.map((edge) => edge?.node?.number));
    expect(second).toHaveLength(3);
    expect(second?.some((number) => first?.includes(number))).toBe(false);
  });

  test('rejects where nothing was answered, with the code', async () => {
    const refused = openClient({ url: `${company.gateway.url}/graphql`, token: 'none' })(CustomerAtDeskDocument, { number: '10001' });
    await expect(refused).rejects.toThrow(RequestRefused);
    await expect(refused).rejects.toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('shows a customer on a terminal', async () => {
    const { stdout } = await run(process.execPath, [join(example, 'show.ts'), '10001'], { env: { URL: `${company.gateway.url}/graphql`, TOKEN: company.gateway.issuer.caller('support') } });
    expect(stdout).toMatch(/^Käthe Krüger, .*@.*\nsegments: not shown \(scope\)\n(invoice INV-10001-.*\n){6}$/);
  });
});
