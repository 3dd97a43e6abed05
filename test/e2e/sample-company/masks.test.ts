import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditEntries } from '../../fixtures/audit.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany({
    edit: {
      'customer360.yaml': (text) => `${text.replace('roles: [', 'roles: [light, ')}
masks:
  hashKeys:
    - { id: next, key: "${'n'.repeat(32)}", recipients: [self] }
    - { id: now, key: "${'o'.repeat(32)}" }
`,
    },
    files: {
      'policies/light.cedar': `
        @id("sees") permit (principal in Role::"light", action in [Action::"see", Action::"lookup"], resource) when { context.purpose == Purpose::"service.support" };
        @id("reads") permit (principal in Role::"light", action == Action::"read", resource)
        when { resource in [Field::"Customer.kind", Field::"Customer.profile", Field::"Customer.billing", Field::"Customer.contactPoints", Field::"BillingSummary.currency"] || resource in DataClass::"lineage" };
        @id("email") @mask("email") permit (principal in Role::"light", action == Action::"read", resource == Field::"Customer.email");
        @id("phone") @mask("last4") permit (principal in Role::"light", action == Action::"read", resource in DataClass::"contact")
        when { resource in [Field::"Customer.phone", Field::"PhoneContactPoint.value"] };
        @id("name") @mask("initials") permit (principal in Role::"light", action == Action::"read", resource == Field::"Profile.name");
        @id("birth") @mask("year") permit (principal in Role::"light", action == Action::"read", resource == Field::"Profile.birthDate");
        @id("area") @mask("postcodeArea") permit (principal in Role::"light", action == Action::"read", resource == Field::"PostalAddress.postalCode");
        @id("worth") @mask("band") permit (principal in Role::"light", action == Action::"read", resource == Field::"BillingSummary.lifetimeRevenue");
        @id("number") @mask("hash") permit (principal in Role::"light", action == Action::"read", resource == Field::"Customer.number");`,
    },
  });
}, 30_000);
afterAll(() => company.stop());

const ask = (query: string): Promise<Answered> =>
  company.gateway.ask(query, { token: company.gateway.issuer.token({ sub: 'lea', kind: 'staff', roles: ['light'], purposes: ['service.support'] }) });
const maskedIn = ({ text }: Answered): unknown => (JSON.parse(text) as { readonly extensions?: { readonly masked: unknown } }).extensions?.masked;

test('values are shown by their masks, and the answer says which', async () => {
  const answer = await ask(`{ customer(by: { number: "10001" }) {
    kind number email mail: email phone profile { name birthDate } billing { currency lifetimeRevenue }
    contactPoints { ... on PhoneContactPoint { value } ... on PostalAddress { postalCode } } } }`);
  expect(answer.errors).toEqual([]);
  const { number, ...customer } = answer.data.customer;
  expect(number).toMatch(/^now\.[0-9a-f]{32}$/);
  expect(customer).toEqual({
    kind: 'PERSON', email: 'k***@post.example', mail: 'k***@post.example', phone: '****4567',
    profile: { name: 'K. K.', birthDate: '1984-01-01' },
    billing: { currency: 'EUR', lifetimeRevenue: expect.stringMatching(/^[125]0*$/) },
    contactPoints: expect.arrayContaining([{ value: '****4567' }, { value: '****4321' }, { postalCode: '10***' }]),
  });
  expect(maskedIn(answer)).toEqual(expect.arrayContaining([
    { path: ['customer', 'number'], mask: 'hash' }, { path: ['customer', 'mail'], mask: 'email' }, { path: ['customer', 'profile', 'birthDate'], mask: 'year' },
    { path: ['customer', 'contactPoints', 0, 'value'], mask: 'last4' },
  ]));
  expect(answer.text).not.toMatch(/kaethe|Käthe|Krüger|1512|1984-05|10969/);
});

test('an answer without a masked value says nothing of masks', async () => {
  const answer = await ask('{ customer(by: { number: "10001" }) { kind } }');
  expect(JSON.parse(answer.text)).toEqual({ data: { customer: { kind: 'PERSON' } } });
  const absent = await ask('{ customer(by: { number: "99999" }) { email } }');
  expect(JSON.parse(absent.text)).toEqual({ data: { customer: null } });
});

test('who may see more than one mask of a value sees the weakest, which may be none', async () => {
  const token = company.gateway.issuer.token({ sub: 'lea', kind: 'staff', roles: ['light', 'support'], purposes: ['service.support'] });
  const answer = await company.gateway.ask('{ customer(by: { number: "10001" }) { email } }', { token });
  expect(JSON.parse(answer.text)).toEqual({ data: { customer: { email: 'kaethe.krueger@post.example' } } });
});

test('provenance tells where a masked value came from, and not whether others agree', async () => {
  const { data, text } = await ask('{ customer(by: { number: "10001" }) { email provenance { path source { key } alternatives { source { key } agrees } } } }');
  expect(data.customer.provenance).toMatchObject([{ path: 'email', source: { key: 'crm' } }]);
  for (const { agrees } of data.customer.provenance[0].alternatives) expect(agrees).toBeNull();
  expect(text).not.toContain('kaethe');
});

test('the trail tells how a field was masked, and no value of it', async () => {
  await ask('{ customer(by: { number: "10001" }) { email } }');
  const entry = auditEntries(company.gateway, 'disclosure').at(-1);
  expect(entry?.told).toMatchObject([{ permitted: [], masked: [{ field: 'Customer.email', mask: 'email' }], denied: [] }]);
  expect(JSON.stringify(entry)).not.toMatch(/post\.example/);
});
