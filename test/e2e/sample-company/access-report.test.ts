import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyId } from '../../../sample/ids.ts';
import type { AccessReport } from '../../../src/report/report.ts';
import { askReport, herself, recordsIn, reportIn, textsIn, valuesIn } from '../../fixtures/access-report.ts';
import { auditEntries, forgetAudit } from '../../fixtures/audit.ts';
import { callsDuring, inStore, recordFacts, startCompany, type TestCompany } from '../../fixtures/company.ts';
import { aConsent, anObjection, aRelation, aRestriction } from '../../fixtures/facts.ts';
import { startTestGateway, type Answered, type TestGateway } from '../../fixtures/gateway.ts';

let company: TestCompany;
beforeAll(async () => {
  company = await startCompany();
}, 30_000);
afterAll(() => company.stop());

const refusals = ({ errors }: Answered): readonly unknown[] => errors.map(({ extensions: { code, reason } }) => [code, reason]);

/** Works with another gateway before the same systems. */
async function withGateway<Result>(change: { readonly edit?: Readonly<Record<string, (text: string) => string>>; readonly files?: Readonly<Record<string, string>>; readonly env?: Readonly<Record<string, string>> }, work: (gateway: TestGateway) => Promise<Result>): Promise<Result> {
  const files = { ...company.setup.files, ...change.files } as Record<string, string>;
  for (const [name, edit] of Object.entries(change.edit ?? {})) {
    const text = edit(files[name] ?? '');
    expect(text).not.toBe(files[name]);
    files[name] = text;
  }
  const gateway = await startTestGateway({ files, env: { ...company.setup.env, ...change.env } });
  try {
    return await work(gateway);
  } finally {
    await gateway.stop();
  }
}

describe('the privacy officer gets all that the systems hold', () => {
  let report: AccessReport;
  beforeAll(async () => {
    report = reportIn(await askReport(company.gateway, { number: '10001' }));
  });

  test('of customer files, values as they are there', async () => {
    const { results } = await fromSystem(`${company.crm.url}/v1/contacts/batch-read`, 'crm', { ids: [copyId('crm', 0)] });
    const contact = results[0];
    expect(textsIn(report, 'Profile.givenName')).toEqual([contact.first_name]);
    expect(textsIn(report, 'Profile.familyName')).toEqual([contact.last_name]);
    expect(textsIn(report, 'Profile.birthDate')).toEqual([contact.birth_date]);
    expect(textsIn(report, 'Profile.jobTitle')).toEqual([contact.job_title]);
    expect(textsIn(report, 'Customer.segments')).toEqual(contact.segments);
    expect(textsIn(report, 'Customer.lifecycleStage')).toEqual([contact.lifecycle_stage]);
    expect(textsIn(report, 'PostalAddress.streetAddress')).toEqual([contact.address.street]);
    expect(textsIn(report, 'PhoneContactPoint.value')).toEqual([contact.phone, contact.mobile_phone].map((phone: string) => phone.replaceAll(' ', '')));
    expect(textsIn(report, 'Score.value').map(Number)).toEqual(contact.scores.map(({ value }: { readonly value: number }) => value));
    expect(textsIn(report, 'Score.model')).toEqual(contact.scores.map(({ model }: { readonly model: string }) => model));
  });

  test.each([
    ['invoices', 'Invoice.sourceStatus', 'state'], ['payments', 'Payment.invoiceNumber', 'invoice_number'], ['subscriptions', 'Subscription.plan', 'plan'], ['payment-methods', 'PaymentMethod.last4', 'last4'],
  ] as const)('of billing, every one of %s', async (rows, field, name) => {
    const { data } = await fromSystem(`${company.billing.url}/v1/accounts/${copyId('billing', 0)}/${rows}?limit=100`, 'billing');
    expect(data.length).toBeGreaterThan(0);
    expect(textsIn(report, field)).toEqual(data.flatMap((row: Record<string, unknown>) => (row[name] === null ? [] : [String(row[name])])));
  });

  test('of billing, the lines of every invoice, in its currency', async () => {
    const { data } = await fromSystem(`${company.billing.url}/v1/accounts/${copyId('billing', 0)}/invoices?limit=100`, 'billing');
    const lines = data.flatMap(({ lines: { data: all } }: { readonly lines: { readonly data: readonly { readonly description: string }[] } }) => all.map(({ description }) => description));
    expect(textsIn(report, 'InvoiceLineItem.description')).toEqual(lines);
    expect(new Set(valuesIn(report, 'InvoiceLineItem.totalAmount').map(({ currency }) => currency))).toEqual(new Set(['EUR']));
    expect(new Set(valuesIn(report, 'InvoiceLineItem.quantity').map(({ currency }) => currency))).toEqual(new Set([null]));
    expect(recordsIn(report, 'InvoiceLineItem')[0]).toMatchObject({ path: 'invoices.0.lineItems.0', within: 'invoices.0', field: 'Invoice.lineItems' });
  });

  test('of the support desk, every ticket with all that was said, notes among colleagues included', async () => {
    const query = `{ tickets(requesterId: "${copyId('support', 0)}", first: 50) { nodes { id subject description } } }`;
    const { tickets } = (await fromSystem(`${company.support.url}/graphql`, 'support', { query })).data;
    expect(textsIn(report, 'Ticket.name')).toEqual(tickets.nodes.map(({ subject }: { readonly subject: string }) => subject));
    expect(textsIn(report, 'Ticket.description')).toEqual(tickets.nodes.map(({ description }: { readonly description: string }) => description));
    const said: string[] = [];
    for (const { id } of tickets.nodes) {
      const { comments } = (await fromSystem(`${company.support.url}/graphql`, 'support', { query: `{ comments(ticketId: "${id}", first: 50) { nodes { body } } }` })).data;
      said.push(...comments.nodes.map(({ body }: { readonly body: string }) => body));
    }
    expect(textsIn(report, 'TicketComment.body')).toEqual(said);
    expect(said.length).toBeGreaterThan(20);
  });

  test('with the source of each value, when it was read, and what was inferred', () => {
    const known = new Set(['crm', 'billing', 'support']);
    const own = /^(Customer\.id|(Identity|LinkEvent|LinkName|Consent|Objection|ProcessingRestriction|ConsentRecord|RelationRecord)\..*)$/;
    for (const { field, source, readAt } of valuesIn(report)) {
      expect({ field, known: source !== null && known.has(source) }).toEqual({ field, known: !own.test(field) });
      expect(Math.abs(Date.parse(readAt ?? '') - Date.parse(report.madeAt))).toBeLessThan(60_000);
    }
    expect(valuesIn(report, 'Customer.email')).toMatchObject([{ value: 'kaethe.krueger@post.example', source: 'crm', dataClass: 'contact', inferred: false }]);
    expect(new Set(valuesIn(report).filter(({ inferred }) => inferred).map(({ field }) => field))).toEqual(new Set([
      'Customer.lifecycleStage', 'Customer.segments', 'BillingSummary.delinquent', 'Score.type', 'Score.value', 'Score.band', 'Score.model', 'Score.modelVersion', 'Score.computedAt',
    ]));
    expect(recordsIn(report, 'Invoice')[0]).toMatchObject({ remoteId: expect.stringMatching(/^in_/), stale: false, createdAt: expect.any(String) });
  });

  test('with purposes, systems and rights, and nothing is missing', () => {
    expect(report).toMatchObject({ complete: true, notFetched: [], language: 'de-DE' });
    expect(report.purposes).toContainEqual({
      key: 'partner.share.acme', description: 'What the contract with Acme lets it know of the customers it serves.', legalBasis: 'contract', owner: 'CMO',
      dataClasses: ['identifier', 'profile', 'contact'], recipients: ['Acme'], retention: 'the contract\'s term',
    });
    expect(report.sources).toEqual([
      { key: 'crm', kind: 'CRM', owner: 'CMO', region: 'EU', status: 'OK' }, { key: 'billing', kind: 'BILLING', owner: 'CFO', region: 'EU', status: 'OK' },
      { key: 'support', kind: 'SUPPORT', owner: 'CIO', region: 'EU', status: 'OK' },
    ]);
    expect(report.rights.map(({ right }) => right)).toEqual(expect.arrayContaining(['RECTIFICATION', 'ERASURE', 'COMPLAINT']));
  });
});

test('what was recorded of consent, objection, restriction and relation stands in it, whatever came later', async () => {
  const { customer } = reportIn(await askReport(company.gateway, { number: '10005' }));
  await recordFacts(company.gateway, [
    [customer, aConsent({ source: 'webshop', channel: 'email', at: 100, notice: { id: 'newsletter', version: '3' } })],
    [customer, aConsent({ source: 'webshop', channel: 'email', at: 200, status: 'WITHDRAWN', evidence: 'call 77' })],
    [customer, anObjection({ at: 300, purpose: 'partner.share.acme' })],
    [customer, anObjection({ at: 400, purpose: 'partner.share.acme', status: 'LIFTED' })],
    [customer, aRestriction({ at: 500, except: ['service.billing'] })],
    [customer, aRelation({ at: 600 })],
  ]);
  const report = reportIn(await askReport(company.gateway, { id: customer }));
  expect(recordsIn(report, 'ConsentRecord').map(({ values }) => Object.fromEntries(values.map(({ field, value }) => [field.split('.')[1], value])))).toEqual([
    { kind: 'CONSENT', purpose: 'marketing.email', channel: 'email', status: 'GRANTED', notice: 'newsletter', noticeVersion: '3', method: 'WEB_FORM', source: 'webshop', collectedAt: '1970-01-01T00:00:00.100Z', recordedAt: expect.any(String) },
    { kind: 'CONSENT', purpose: 'marketing.email', channel: 'email', status: 'WITHDRAWN', method: 'WEB_FORM', source: 'webshop', collectedAt: '1970-01-01T00:00:00.200Z', evidence: 'call 77', recordedAt: expect.any(String) },
    { kind: 'OBJECTION', purpose: 'partner.share.acme', status: 'OBJECTED', method: 'PHONE', source: 'crm', collectedAt: '1970-01-01T00:00:00.300Z', recordedAt: expect.any(String) },
    { kind: 'OBJECTION', purpose: 'partner.share.acme', status: 'LIFTED', method: 'PHONE', source: 'crm', collectedAt: '1970-01-01T00:00:00.400Z', recordedAt: expect.any(String) },
    { kind: 'RESTRICTION', status: 'RESTRICTED', except: 'service.billing', method: 'EMAIL', source: 'privacy office', collectedAt: '1970-01-01T00:00:00.500Z', recordedAt: expect.any(String) },
  ]);
  expect(textsIn(report, 'RelationRecord.party')).toEqual(['acme']);
  expect(textsIn(report, 'ProcessingRestriction.except')).toEqual(['service.billing']);
  expect(textsIn(report, 'Objection.purpose')).toEqual([]);
});

test('neither a restriction nor an objection keeps her from being answered', async () => {
  const before = reportIn(await askReport(company.gateway, { number: '10001' }));
  await recordFacts(company.gateway, [[before.customer, aRestriction()], [before.customer, anObjection({ purpose: 'data.subject.request' })]]);
  try {
    expect((await company.gateway.ask('{ customer(by: { number: "10001" }) { email } }')).errors[0]?.extensions['reason']).toBe('restriction');
    for (const token of [company.gateway.issuer.caller('privacy'), company.gateway.issuer.token(herself('10001'))]) {
      const after = reportIn(await askReport(company.gateway, { number: '10001' }, token));
      expect(textsIn(after, 'Customer.email')).toEqual(['kaethe.krueger@post.example']);
      expect(after.notFetched.filter(({ detail }) => detail === 'restriction' || detail === 'objection')).toEqual([]);
      expect(textsIn(after, 'ProcessingRestriction.method')).toEqual(['EMAIL']);
    }
  } finally {
    await recordFacts(company.gateway, [[before.customer, aRestriction({ at: 200, status: 'LIFTED' })], [before.customer, anObjection({ at: 200, purpose: 'data.subject.request', status: 'LIFTED' })]]);
  }
});

describe('the person herself', () => {
  const token = (): string => company.gateway.issuer.token(herself('10001'));

  test('gets her own, scores included; what was written among colleagues is told as missing', async () => {
    const report = reportIn(await askReport(company.gateway, { number: '10001' }, token()));
    expect(textsIn(report, 'Score.model')).toHaveLength(5);
    expect(textsIn(report, 'LinkEvent.kind').length).toBeGreaterThan(0);
    expect(textsIn(report, 'TicketComment.body')).toEqual([]);
    expect(report.complete).toBe(false);
    expect(report.notFetched).toEqual([
      { field: 'LinkEvent.actor', source: null, reason: 'DENIED', detail: 'scope', places: expect.any(Number) },
      { field: 'Ticket.comments', source: null, reason: 'DENIED', detail: 'scope', places: expect.any(Number) },
    ]);
    expect(reportIn(await askReport(company.gateway, { id: report.customer }, token())).customer).toBe(report.customer);
  });

  test('finds nobody else, by number or id, whether there is somebody or not, and no system is asked', async () => {
    const { customer } = reportIn(await askReport(company.gateway, { number: '10002' }));
    const answers: Answered[] = [];
    const calls = await callsDuring(company, async () => {
      for (const by of [{ number: '10002' }, { id: customer }, { number: '99999' }, { id: '00000000-0000-4000-8000-000000000000' }]) answers.push(await askReport(company.gateway, by, token()));
    });
    for (const { status, data, errors } of answers) expect({ status, data, errors }).toEqual({ status: 200, data: { accessReport: null }, errors: [] });
    expect(calls).toEqual({});
  });
});

describe('who was given her data', () => {
  const told = async (gateway: TestGateway, number: string, token?: string): Promise<AccessReport> => reportIn(await askReport(gateway, { number }, token));
  const readByPartner = async (gateway: TestGateway, number: string, fields: string): Promise<void> => {
    expect((await gateway.ask(`{ customer(by: { number: "${number}" }) { ${fields} } }`, { token: gateway.issuer.caller('partner') })).errors).toEqual([]);
  };
  const dataUses = { field: 'Customer.dataUses', source: null, detail: null, places: 1 };

  test('is nobody, until a partner read some of it; then the partner by name, with purposes, kinds, how often and when', async () => {
    expect((await told(company.gateway, '10003')).disclosures).toEqual([]);
    const before = Date.now();
    await readByPartner(company.gateway, '10003', 'number email');
    await readByPartner(company.gateway, '10003', 'profile { name }');
    // Neither colleagues nor she herself are recipients, nor is a partner who learns that she is there.
    expect((await company.gateway.ask('{ customer(by: { number: "10003" }) { number phone } }')).errors).toEqual([]);
    await readByPartner(company.gateway, '10003', '__typename');
    await told(company.gateway, '10003', company.gateway.issuer.token(herself('10003')));
    for (const token of [company.gateway.issuer.caller('privacy'), company.gateway.issuer.token(herself('10003'))]) {
      const { disclosures } = await told(company.gateway, '10003', token);
      expect(disclosures).toEqual([{
        recipient: 'acme', purposes: ['partner.share.acme'], disclosed: ['identifier', 'profile'], masked: ['contact'], formerFields: [], times: 2,
        firstAt: expect.any(String), lastAt: expect.any(String),
      }]);
      const [first = 0, last = 0] = disclosures.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).map((time) => Date.parse(time ?? ''));
      expect([first >= before, first <= last, last <= Date.now()]).toEqual([true, true, true]);
    }
    expect((await told(company.gateway, '10002')).disclosures).toEqual([]);
  });

  test('is read by operations that are decided and on record as any', async () => {
    forgetAudit(company.gateway);
    await told(company.gateway, '10003');
    expect(auditEntries(company.gateway, 'disclosure').flatMap((entry) => entry.told).filter(({ permitted }) => permitted.includes('Customer.dataUses'))).toEqual([{
      customers: [expect.any(String)], masked: [], denied: [],
      permitted: ['Customer.dataUses', ...['at', 'disclosed', 'formerFields', 'masked', 'purpose', 'recipient'].map((field) => `DataUse.${field}`)],
    }]);
  });

  test('is told as missing to whom a policy denies it, in whole or but for the names, and the rest is there', async () => {
    for (const field of ['Customer.dataUses', 'DataUse.recipient'] as const) {
      await withGateway({ files: { 'policies/no-uses.cedar': `@id("no-uses") forbid (principal, action == Action::"read", resource == Field::"${field}");` } }, async (gateway) => {
        await readByPartner(gateway, '10001', 'number');
        const report = await told(gateway, '10001');
        expect(report).toMatchObject({ complete: false, disclosures: [], notFetched: [{ ...dataUses, field, reason: 'DENIED', detail: 'scope' }] });
        expect(textsIn(report, 'Customer.email')).toEqual(['kaethe.krueger@post.example']);
      });
    }
  });

  test('is told as missing where the schema of an audience does not have it', async () => {
    const fields = ['Query.customer', 'Query.accessReport', 'Customer.number', ...['customer', 'madeAt', 'language', 'complete', 'disclosures', 'notFetched'].map((field) => `AccessReport.${field}`),
      'AccessReportDisclosure.recipient', 'AccessReportGap.field', 'AccessReportGap.reason'];
    await withGateway({ edit: { 'customer360.yaml': (text) => text.replace('self: { fields: all, introspection: true }', `self: { fields: [${fields.join(', ')}] }`) } }, async (gateway) => {
      const { data, errors } = await gateway.ask('{ accessReport(by: { number: "10001" }) { disclosures { recipient } notFetched { field reason } } }', { token: gateway.issuer.token(herself('10001')) });
      expect({ data, errors }).toEqual({ data: { accessReport: { disclosures: [], notFetched: [{ field: 'Customer.dataUses', reason: 'DENIED' }] } }, errors: [] });
    });
  });

  test('is cut where there is more than a report holds; what is on record and cannot be read is missing, and does not look like nobody', async () => {
    await withGateway({ edit: { 'customer360.yaml': (text) => `${text.replace('accessReport:\n', 'accessReport:\n  records: 4\n')}limits: { first: 2 }\n` } }, async (gateway) => {
      for (const _ of Array(5)) await readByPartner(gateway, '10001', 'number');
      const report = await told(gateway, '10001');
      expect(report.disclosures).toMatchObject([{ recipient: 'acme', times: 4 }]);
      expect(report.notFetched).toContainEqual({ ...dataUses, reason: 'BOUND' });
      inStore(gateway, "UPDATE audit_entry SET entry = '{}' WHERE kind = 'disclosure'");
      const after = await told(gateway, '10001');
      expect(after.disclosures).toEqual([]);
      expect(after.notFetched).toContainEqual({ ...dataUses, reason: 'UNAVAILABLE' });
      expect(textsIn(after, 'Customer.email')).toEqual(['kaethe.krueger@post.example']);
    });
  });
});

describe('nobody else gets one', () => {
  test.each(['support', 'marketing', 'steward', 'lead', 'customer'] as const)('%s, for her purpose', async (caller) => {
    const calls = await callsDuring(company, async () => {
      const answered = await askReport(company.gateway, { number: '10001' }, company.gateway.issuer.caller(caller));
      expect({ data: answered.data, refusals: refusals(answered) }).toEqual({ data: { accessReport: null }, refusals: [['UNAUTHORIZED_FIELD_OR_TYPE', expect.stringMatching(/^(scope|purpose)$/)]] });
    });
    expect(calls).toEqual({});
  });

  test('an employee with the role of customers, for the purpose of reports', async () => {
    const token = company.gateway.issuer.token({ ...herself('10001'), kind: 'staff' });
    expect(refusals(await askReport(company.gateway, { number: '10001' }, token))).toEqual([['UNAUTHORIZED_FIELD_OR_TYPE', 'scope']]);
  });

  test('a partner, of whose schema it is no part', async () => {
    const token = company.gateway.issuer.caller('partner');
    const told = async (field: string): Promise<string> => (await company.gateway.ask(`{ ${field}(by: { number: "10001" }) { complete } }`, { token })).text.replaceAll(field, 'FIELD');
    expect(await told('accessReport')).toContain('GRAPHQL_VALIDATION_FAILED');
    expect(await told('accessReport')).toBe(await told('accessNothing'));
  });

  test('a partner in whose schema it is, with policies that permit everything', async () => {
    await withGateway({
      edit: { 'customer360.yaml': (text) => text.replace('- Query.customersBy', '- Query.customersBy\n      - Query.accessReport\n      - AccessReport.customer') },
      files: { 'policies/all.cedar': '@id("all") permit (principal, action, resource);' },
    }, async (gateway) => {
      const token = gateway.issuer.token({ sub: 'acme', kind: 'partner', roles: ['partner-acme'], purposes: ['data.subject.request'], customers: ['10001'], view: 'acme' });
      const answered = await gateway.ask('{ accessReport(by: { number: "10001" }) { customer } }', { token });
      expect(answered.data).toEqual({ accessReport: null });
      expect(refusals(answered)).toEqual([['UNAUTHORIZED_FIELD_OR_TYPE', 'scope']]);
    });
  });
});

describe('what could not be told is told as that', () => {
  test('what policies deny or mask', async () => {
    const files = {
      'policies/private.cedar': `
        @id("no-scores") forbid (principal, action == Action::"read", resource) when { resource in Type::"Score" || resource == Field::"Customer.billing" };
        @id("phone-masked") @mask("last4") permit (principal in Role::"privacy-officer", action == Action::"read", resource == Field::"Customer.phone");`,
      'policies/privacy.cedar': `
        @id("all-but-phone") permit (principal in Role::"privacy-officer", action, resource) when { resource != Field::"Customer.phone" && !(resource in DataClass::"access") };`,
    };
    await withGateway({ files }, async (gateway) => {
      const report = reportIn(await askReport(gateway, { number: '10001' }));
      expect(report.complete).toBe(false);
      expect(report.notFetched).toContainEqual({ field: 'Customer.billing', source: null, reason: 'DENIED', detail: 'scope', places: 1 });
      expect(report.notFetched).toContainEqual({ field: 'Customer.phone', source: null, reason: 'MASKED', detail: 'last4', places: 1 });
      expect(valuesIn(report, 'Customer.phone')).toMatchObject([{ value: '****4567', mask: 'last4' }]);
      expect(valuesIn(report).filter(({ field }) => /^(Score|BillingSummary)\./.test(field))).toEqual([]);
    });
  });

  test('what a system that is down holds, with its name', async () => {
    await withGateway({ env: { SUPPORT_URL: 'http://127.0.0.1:9' } }, async (gateway) => {
      const report = reportIn(await askReport(gateway, { number: '10001' }));
      expect(report.notFetched).toEqual(expect.arrayContaining(['Customer.tickets', 'Customer.satisfaction'].map((field) => ({ field, source: 'support', reason: 'UNAVAILABLE', detail: null, places: 1 }))));
      expect(report.sources.map(({ key, status }) => [key, status])).toEqual([['crm', 'OK'], ['billing', 'OK'], ['support', 'UNAVAILABLE']]);
      expect(textsIn(report, 'Invoice.number').length).toBeGreaterThan(0);
    });
  });

  test('what a system that never answers holds, and nobody waits for it longer than the deployment says', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    try {
      await withGateway({
        edit: {
          'customer360.yaml': (text) => text.replace('accessReport:\n', 'accessReport:\n  deadline: 4s\n'),
          // The source itself may take longer than anybody waits here.
          'sources/support.yaml': (text) => text.replace('deadline: 20s', 'deadline: 5m'),
        },
        env: { SUPPORT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` },
      }, async (gateway) => {
        // A gateway that has just started may need all that time for deciding.
        await askReport(gateway, { number: '10001' });
        const report = reportIn(await askReport(gateway, { number: '10001' }));
        expect(report.notFetched).toContainEqual({ field: 'Customer.tickets', source: 'support', reason: 'TIMEOUT', detail: null, places: 1 });
        expect(textsIn(report, 'Invoice.number').length).toBeGreaterThan(0);
      });
    } finally {
      silent.close();
      silent.closeAllConnections();
    }
  }, 60_000);

  test('a system in which nothing could be linked to her', async () => {
    const person = company.people.all().find(({ copies: { crm, billing, support } }) => crm !== undefined && billing !== undefined && support === undefined);
    const report = reportIn(await askReport(company.gateway, { number: person?.number ?? '' }));
    expect(report.notFetched).toEqual([{ field: null, source: 'support', reason: 'NOT_LINKED', detail: null, places: 1 }]);
  });

  test('what is more than a report holds', async () => {
    await withGateway({ edit: { 'customer360.yaml': (text) => `${text.replace('accessReport:\n', 'accessReport:\n  records: 40\n')}limits: { first: 5 }\n` } }, async (gateway) => {
      const report = reportIn(await askReport(gateway, { number: '10001' }));
      expect(recordsIn(report, 'Invoice')).toHaveLength(5);
      expect(report.notFetched).toContainEqual({ field: 'Customer.invoices', source: null, reason: 'BOUND', detail: null, places: 1 });
      expect(report.complete).toBe(false);
    });
  });
});

test('all pages are followed, those within rows too: small ones come to the same as large ones', async () => {
  const whole = reportIn(await askReport(company.gateway, { number: '10001' }));
  const told = (report: AccessReport): readonly unknown[] => valuesIn(report)
    .filter(({ field }) => !/^(Customer\.id|(Identity|LinkEvent|LinkName|Objection|ProcessingRestriction|ConsentRecord)\..*)$/.test(field))
    .map(({ path, value, source, currency }) => ({ path, value, source, currency }));
  await withGateway({ edit: { 'customer360.yaml': (text) => `${text}limits: { first: 2 }\n` } }, async (gateway) => {
    const paged = reportIn(await askReport(gateway, { number: '10001' }));
    expect(told(whole).length).toBeGreaterThan(2000);
    expect(told(paged)).toEqual(told(whole));
    expect(paged.complete).toBe(true);
  });
}, 60_000);

test('the trail has who was told what of whom, and no value', async () => {
  forgetAudit(company.gateway);
  const { headers, ...answered } = await askReport(company.gateway, { number: '10001' });
  const { customer } = reportIn({ headers, ...answered });
  const entries = auditEntries(company.gateway, 'disclosure');
  expect(new Set(entries.map(({ requestId }) => requestId))).toEqual(new Set([headers.get('x-request-id')]));
  expect(entries.map(({ asked }) => asked.permitted)).toEqual(expect.arrayContaining([['Query.accessReport'], ['Query.customer']]));
  const told = entries.flatMap((entry) => entry.told);
  expect(new Set(told.flatMap(({ customers }) => customers))).toEqual(new Set([customer]));
  expect(told[0]?.permitted).toEqual(expect.arrayContaining(['Customer.email', 'Score.value', 'TicketComment.body', 'InvoiceLineItem.totalAmount', 'LinkEvent.actor']));
  expect(entries[0]).toMatchObject({ caller: { subject: 'petra', roles: ['privacy-officer'] }, purpose: 'data.subject.request', legalBasis: 'legal obligation' });
  for (const value of ['Käthe', 'kaethe.krueger', 'INV-10001']) expect(JSON.stringify(entries)).not.toContain(value);
});

/** Asks a system itself, as nobody but the gateway does. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- systems answer in shapes of their own
async function fromSystem(url: string, system: 'crm' | 'billing' | 'support', body?: unknown): Promise<any> {
  const headers: Record<string, string> = system === 'billing' ? { 'x-api-key': 'billing-key' } : { authorization: `Bearer ${system}-token` };
  const response = await fetch(url, { method: body === undefined ? 'GET' : 'POST', headers: { ...headers, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  expect(response.status).toBe(200);
  return response.json();
}
