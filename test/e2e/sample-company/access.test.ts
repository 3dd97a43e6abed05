import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { inStore, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent, anObjection } from '../../fixtures/facts.ts';
import type { Answered } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
beforeEach(() => void inStore(company.gateway, 'DELETE FROM access'));
afterAll(() => company.stop());

const names = ['marketing', 'support', 'lead', 'partner', 'customer', 'steward'] as const;
/** Asks as one of the sample callers, or with a token. */
const ask = (who: string, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answered> => {
  const name = names.find((one) => one === who);
  return company.gateway.ask(query, { token: name === undefined ? who : company.gateway.issuer.caller(name), variables });
};
const serviceLead = (): string => company.gateway.issuer.token({ sub: 'sven', kind: 'staff', roles: ['service-lead'], purposes: ['service.support'] });
const shown = 'id kind state holder fields purpose reason customer until decidedBy note revokedBy revokedFor reviewedBy finding';
const proof = expect.stringMatching(/^[\da-f]{64}$/);
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const request = (who: string, input: object): Promise<Answered> => ask(who, `mutation ($input: RequestAccessInput!) { requestAccess(input: $input) { ${shown} } }`, { input });
const phone = (more: object = {}): object => ({ fields: ['Customer.phone'], purpose: 'marketing.email', reason: 'call back those who asked for it', until: inDays(7), ...more });
const decide = (who: string, mutation: 'approve' | 'refuse' | 'revoke' | 'review', input: object): Promise<Answered> =>
  ask(who, `mutation ($input: ${mutation === 'approve' ? 'ApproveAccessInput' : 'DecideAccessInput'}!) { ${mutation}Access(input: $input) { ${shown} } }`, { input });
const requested = async (input = phone()): Promise<string> => {
  const { data, errors } = await request('marketing', input);
  expect(errors).toEqual([]);
  return data.requestAccess.id;
};
const phoneOf = async (who = 'marketing'): Promise<{ readonly phone: string | null; readonly error: Answered['errors'][number] | undefined }> => {
  const { data, errors } = await ask(who, '{ customer(by: { number: "10001" }) { phone } }');
  return { phone: data.customer.phone, error: errors[0] };
};
const codes = ({ errors }: Answered): readonly unknown[] => errors.map(({ extensions }) => extensions['reason']);

describe('a request for access', () => {
  test('is what a denial says how to make; approved by somebody else it opens its fields until it is revoked', async () => {
    const before = await phoneOf();
    expect(before).toMatchObject({ phone: null, error: { extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', requestAccess: { fields: ['Customer.phone'] }, ask: ['CMO'] } } });
    const made = (await request('marketing', phone())).data.requestAccess;
    expect(made).toMatchObject({ kind: 'ON_APPROVAL', state: 'PENDING', holder: 'marie', fields: ['Customer.phone'], purpose: 'marketing.email', decidedBy: null });
    expect((await phoneOf()).phone).toBeNull();
    expect((await ask('lead', '{ accessRequests(state: PENDING) { id holder reason } }')).data.accessRequests).toEqual([{ id: made.id, holder: 'marie', reason: 'call back those who asked for it' }]);
    expect((await decide('lead', 'approve', { request: made.id, note: 'for the campaign' })).data.approveAccess).toMatchObject({ state: 'APPROVED', decidedBy: 'lena (https://login.sample-company.example)', note: 'for the campaign' });
    expect(await phoneOf()).toEqual({ phone: '+4915121234567', error: undefined });
    expect((await decide('marketing', 'revoke', { request: made.id, note: 'the campaign is over' })).data.revokeAccess).toMatchObject({
      state: 'REVOKED', decidedBy: 'lena (https://login.sample-company.example)', note: 'for the campaign',
      revokedBy: 'marie (https://login.sample-company.example)', revokedFor: 'the campaign is over',
    });
    expect(await phoneOf()).toMatchObject(before);
    const [lena, marie] = ['lena (https://login.sample-company.example)', 'marie (https://login.sample-company.example)'];
    const alike = { access: made.id, subject: 'marie', purpose: 'marketing.email', fields: ['Customer.phone'], until: Date.parse(made.until), requestId: expect.any(String) };
    expect(auditEntries(company.gateway, 'access')).toMatchObject([
      { ...alike, step: 'requested', actor: marie, said: proof },
      { ...alike, step: 'approved', actor: lena, said: proof },
      { ...alike, step: 'revoked', actor: marie, said: proof },
    ]);
    expect((await ask('marketing', '{ accessRequests { id state } }')).data.accessRequests).toEqual([{ id: made.id, state: 'REVOKED' }]);
  });

  test('is for all that was selected below a denied field, so that one yes is enough', async () => {
    const tickets = '{ customer(by: { number: "10001" }) { tickets(first: 1) { edges { node { name source { key } } } } } }';
    const { errors: [denied] } = await ask('marketing', tickets);
    expect(denied?.extensions).toMatchObject({ requestAccess: { fields: ['Customer.tickets', 'Ticket.name'] } });
    const { fields } = denied?.extensions['requestAccess'] as { readonly fields: readonly string[] };
    await decide('lead', 'approve', { request: await requested(phone({ fields })) });
    const { data, errors } = await ask('marketing', tickets);
    expect({ errors, edges: data.customer.tickets.edges }).toEqual({ errors: [], edges: [{ node: { name: expect.any(String), source: { key: 'support' } } }] });
  });

  test('opens nothing for anybody else, for another purpose or beside its fields', async () => {
    await decide('lead', 'approve', { request: await requested() });
    const other = company.gateway.issuer.token({ sub: 'mark', kind: 'staff', roles: ['marketing'], purposes: ['marketing.email'] });
    expect((await phoneOf(other)).phone).toBeNull();
    const { data } = await ask('marketing', '{ customer(by: { number: "10001" }) { phone invoices(first: 1) { edges { node { number } } } } }');
    expect(data.customer).toEqual({ phone: '+4915121234567', invoices: null });
    expect((await ask('marketing', '{ customer(by: { phone: "+4915121234567" }) { id } }')).errors[0]?.extensions).toMatchObject({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' });
  });

  test('is approved for less, and ends by itself', async () => {
    const id = await requested(phone({ fields: ['Customer.phone', 'Customer.invoices', 'Invoice.number'] }));
    const { data } = await decide('lead', 'approve', { request: id, fields: ['Customer.phone'], until: inDays(1) });
    expect(data.approveAccess).toMatchObject({ fields: ['Customer.phone'], state: 'APPROVED' });
    expect((await phoneOf()).phone).not.toBeNull();
    expect((await ask('marketing', '{ customer(by: { number: "10001" }) { invoices(first: 1) { edges { node { number } } } } }')).data.customer.invoices).toBeNull();
    inStore(company.gateway, `UPDATE access SET entry = json_set(entry, '$.until', ${Date.now() - 1}) WHERE json_extract(entry, '$.kind') = 'approved'`);
    expect((await phoneOf()).phone).toBeNull();
    expect((await ask('marketing', '{ accessRequests(state: ENDED) { id } }')).data.accessRequests).toEqual([{ id }]);
  });

  test('shows more of customers, and never more customers: who sees none for a purpose cannot ask', async () => {
    const token = company.gateway.issuer.token({ sub: 'stella', kind: 'staff', roles: ['steward'], purposes: ['marketing.email'] });
    expect((await request(token, phone())).errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'NOT_GRANTABLE', argumentPath: ['input', 'purpose'] });
    expect(inStore(company.gateway, 'SELECT * FROM access')).toEqual([]);
  });

  test('gives nothing that a customer did not agree to or objects to', async () => {
    await decide('lead', 'approve', { request: await requested() });
    const { data } = await ask('support', '{ customer(by: { number: "10007" }) { id } }');
    await recordFacts(company.gateway, [[data.customer.id, aConsent({ status: 'GRANTED', source: 'shop', channel: 'email' })]]);
    const of = async (): Promise<unknown> => {
      const { errors } = await ask('marketing', '{ customer(by: { number: "10007" }) { phone } }');
      return errors[0]?.extensions['reason'];
    };
    await recordFacts(company.gateway, [[data.customer.id, anObjection()]]);
    expect(await of()).toBe('objection');
  });

  test('is on record, and so is what rests on it', async () => {
    const id = await requested();
    await decide('lead', 'approve', { request: id });
    forgetAudit(company.gateway);
    await phoneOf();
    expect(auditEntries(company.gateway, 'disclosure')).toMatchObject([{ access: [id], told: [{ permitted: ['Customer.phone'] }] }]);
    await decide('lead', 'revoke', { request: id, note: 'x' });
    expect(auditEntries(company.gateway, 'disclosure').at(-1)).toMatchObject({ caller: { subject: 'lena' }, asked: { permitted: ['Mutation.revokeAccess'] }, access: [] });
  });

  test.each<[string, object, string, string]>([
    ['for a field that is not there', { fields: ['Customer.phone', 'Customer.shoeSize'] }, 'fields', 'UNKNOWN_FIELD'],
    ['for what no grant can open', { fields: ['Profile.birthDate'] }, 'fields', 'NOT_GRANTABLE'],
    ['for no field', { fields: [] }, 'fields', ''],
    ['for a purpose that the token does not allow', { purpose: 'service.support' }, 'purpose', ''],
    ['for a purpose that is not there', { purpose: 'world.domination' }, 'purpose', ''],
    ['without a reason', { reason: '  ' }, 'reason', ''],
    ['with a document as reason', { reason: 'x'.repeat(1001) }, 'reason', ''],
    ['until yesterday', { until: inDays(-1) }, 'until', ''],
    ['for ever', { until: inDays(400) }, 'until', ''],
  ])('%s is refused with what was expected', async (_, more, member, reason) => {
    const { data, errors } = await request('marketing', phone(more));
    expect(data).toEqual({ requestAccess: null });
    expect(errors).toMatchObject([{ path: ['requestAccess'], message: expect.stringMatching(new RegExp(`^input\\.${member}: expected `)), extensions: { code: 'BAD_USER_INPUT', argumentPath: ['input', member], ...(reason === '' ? {} : { reason }) } }]);
    expect(inStore(company.gateway, 'SELECT * FROM access')).toEqual([]);
  });
});

describe('a decision', () => {
  test('is nobody\'s own, whatever roles she has, nor that of who acts for her', async () => {
    const both = { kind: 'staff', roles: ['marketing', 'marketing-lead'], purposes: ['marketing.email'] };
    const hers = company.gateway.issuer.token({ sub: 'meg', ...both });
    const id = (await request(hers, phone())).data.requestAccess.id;
    for (const mutation of ['approve', 'refuse'] as const) expect(codes(await decide(hers, mutation, { request: id, note: 'x' }))).toEqual(['OWN_REQUEST']);
    const acting = company.gateway.issuer.token({ sub: 'bot', act: { sub: 'meg' }, ...both });
    expect(codes(await decide(acting, 'approve', { request: id }))).toEqual(['OWN_REQUEST']);
    expect((await phoneOf(hers)).phone).toBeNull();
    expect((await decide(hers, 'revoke', { request: id, note: 'not needed' })).data.revokeAccess).toMatchObject({ state: 'REVOKED' });
    expect(codes(await decide('lead', 'approve', { request: id }))).toEqual(['NOT_PENDING']);
  });

  test('is for those who answer for the purpose; to others the request is not there', async () => {
    const id = await requested();
    const sven = serviceLead();
    expect(codes(await decide(sven, 'approve', { request: id }))).toEqual(['UNKNOWN_REQUEST']);
    expect(codes(await decide(sven, 'approve', { request: 'nonsense' }))).toEqual(['UNKNOWN_REQUEST']);
    expect((await ask(sven, '{ accessRequests { id } }')).data.accessRequests).toEqual([]);
    for (const who of ['support', 'marketing', 'steward'] as const) expect((await decide(who, 'approve', { request: id })).errors[0]?.extensions['code']).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect((await ask('support', '{ accessRequests { id } }')).data.accessRequests).toEqual([]);
  });

  test.each<[string, object]>([
    ['more fields', { fields: ['Customer.phone', 'Customer.invoices'] }],
    ['no fields', { fields: [] }],
    ['longer', { until: inDays(8) }],
    ['the past', { until: inDays(-1) }],
  ])('does not give %s than was asked for', async (_, more) => {
    const id = await requested();
    expect(codes(await decide('lead', 'approve', { request: id, ...more }))).toEqual(['NOT_ASKED_FOR']);
    expect((await phoneOf()).phone).toBeNull();
  });

  test('that refuses is told with its words, and counts whatever else is said at the same time', async () => {
    const id = await requested();
    expect((await decide('lead', 'refuse', { request: id, note: 'not before they agreed' })).data.refuseAccess).toMatchObject({ state: 'REFUSED', note: 'not before they agreed' });
    inStore(company.gateway, `INSERT INTO access SELECT 'late', request, issuer, subject, ends, at + 1, json_object('kind', 'approved', 'id', 'late', 'request', request, 'holder', json_object('issuer', issuer, 'subject', subject), 'ends', ends, 'at', at, 'actor', 'x', 'fields', json_array('Customer.phone'), 'until', ends) FROM access WHERE json_extract(entry, '$.kind') = 'requested'`);
    expect((await phoneOf()).phone).toBeNull();
    expect((await ask('marketing', '{ accessRequests { state note } }')).data.accessRequests).toEqual([{ state: 'REFUSED', note: 'not before they agreed' }]);
  });

  test('needs words where it takes something away', async () => {
    const id = await requested();
    expect((await decide('lead', 'refuse', { request: id, note: ' ' })).errors[0]?.extensions).toMatchObject({ argumentPath: ['input', 'note'] });
  });
});

test.each(['partner', 'customer'] as const)('%s gets no access by asking', async (who) => {
  for (const query of ['{ accessRequests { id } }', 'mutation { breakGlass(input: { customer: "x", justification: "y" }) { id } }']) {
    const { data, errors } = await ask(who, query);
    expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true);
    expect(['UNAUTHORIZED_FIELD_OR_TYPE', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0]?.extensions['code']);
  }
});

describe('an emergency', () => {
  const behaviour = '{ a: customer(by: { number: "10001" }) { id segments } b: customer(by: { number: "10002" }) { segments } }';
  const breakGlass = (who: string, customer: string, justification = 'her account was taken over'): Promise<Answered> =>
    ask(who, `mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { ${shown} } }`, { input: { customer, justification } });

  test('opens, of one customer and for minutes, what policies mark; it is on record apart and looked at afterwards', async () => {
    const before = await ask('support', behaviour);
    expect(before.data).toMatchObject({ a: { segments: null }, b: { segments: null } });
    expect(before.errors[0]?.extensions).toMatchObject({ reason: 'scope', breakGlass: true });
    forgetAudit(company.gateway);
    const { data, errors } = await breakGlass('support', before.data.a.id);
    expect(errors).toEqual([]);
    expect(data.breakGlass).toMatchObject({ kind: 'EMERGENCY', state: 'APPROVED', holder: 'yara', customer: before.data.a.id, reason: 'her account was taken over' });
    const minutes = (Date.parse(data.breakGlass.until) - Date.now()) / 60_000;
    expect([minutes > 14, minutes <= 15]).toEqual([true, true]);
    const after = await ask('support', behaviour);
    expect(after.data).toMatchObject({ a: { segments: expect.any(Array) }, b: { segments: null } });
    expect(auditEntries(company.gateway, 'emergency')).toMatchObject([{ access: data.breakGlass.id, subject: 'yara', purpose: 'service.support', customer: before.data.a.id, said: proof }]);
    expect(auditEntries(company.gateway, 'disclosure').at(-1)?.access).toEqual([data.breakGlass.id]);
    const other = company.gateway.issuer.token({ sub: 'yann', kind: 'staff', roles: ['support'], purposes: ['service.support'] });
    expect((await ask(other, behaviour)).data.a.segments).toBeNull();

    const sven = serviceLead();
    expect((await ask(sven, '{ accessRequests { id kind reviewedBy } }')).data.accessRequests).toEqual([{ id: data.breakGlass.id, kind: 'EMERGENCY', reviewedBy: null }]);
    expect((await decide(sven, 'review', { request: data.breakGlass.id, note: 'she called, it was so' })).data.reviewAccess).toMatchObject({ reviewedBy: 'sven (https://login.sample-company.example)', finding: 'she called, it was so' });
    expect(codes(await decide(sven, 'review', { request: data.breakGlass.id, note: 'again' }))).toEqual(['REVIEWED']);
    expect((await decide(sven, 'revoke', { request: data.breakGlass.id, note: 'done' })).data.revokeAccess.state).toBe('REVOKED');
    expect((await ask('support', behaviour)).data.a.segments).toBeNull();
  });

  test('needs a justification, a customer who may be seen, and the right to state it', async () => {
    const { data } = await ask('support', behaviour);
    expect((await breakGlass('support', data.a.id, ' ')).errors[0]?.extensions).toMatchObject({ argumentPath: ['input', 'justification'] });
    expect(codes(await breakGlass('support', 'nobody'))).toEqual(['UNKNOWN_CUSTOMER']);
    expect((await breakGlass('marketing', data.a.id)).errors[0]?.extensions).toMatchObject({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' });
    expect(inStore(company.gateway, 'SELECT * FROM access')).toEqual([]);
  });

  test('is looked at by somebody else', async () => {
    const { data } = await ask('support', behaviour);
    const both = company.gateway.issuer.token({ sub: 'yara', kind: 'staff', roles: ['support', 'service-lead'], purposes: ['service.support'] });
    const id = (await breakGlass('support', data.a.id)).data.breakGlass.id;
    expect(codes(await decide(both, 'review', { request: id, note: 'fine' }))).toEqual(['OWN_REQUEST']);
  });
});

test('what cannot be put on record does not happen', async () => {
  inStore(company.gateway, "CREATE TRIGGER no_audit BEFORE INSERT ON audit_entry BEGIN SELECT raise(ABORT, 'the disk is full'); END");
  const { status, data } = await request('marketing', phone());
  inStore(company.gateway, 'DROP TRIGGER no_audit');
  expect({ status, data }).toEqual({ status: 503, data: undefined });
  expect(inStore(company.gateway, 'SELECT * FROM access')).toEqual([]);
});
