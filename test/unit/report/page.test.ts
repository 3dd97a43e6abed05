import { load } from 'cheerio';
import { describe, expect, test } from '@jest/globals';
import type { DeploymentTexts, PageLanguage } from '../../../src/config/texts-file.ts';
import { reportPage } from '../../../src/report/page/page.ts';
import type { AccessReport, ReportValue } from '../../../src/report/report.ts';
import { faultsOfPage } from '../../fixtures/html.ts';
import { aDisclosure, aReport, aValue } from '../../fixtures/report.ts';

const texts = (more: Partial<DeploymentTexts> = {}): DeploymentTexts => ({ fields: {}, values: {}, dataClasses: {}, purposes: {}, sources: {}, ...more });
const pageOf = (report: AccessReport, language: PageLanguage = 'en', own: Readonly<Record<string, DeploymentTexts>> = {}): string =>
  reportPage(report, { language, contacts: { controller: 'Sample Company', privacyOfficer: 'privacy@sample.example', authority: 'The authority' }, texts: new Map(Object.entries(own)) });

/** How a page shows one value: its name, itself, and its source. */
function shown(value: Partial<ReportValue>, language: PageLanguage = 'en', own: Readonly<Record<string, DeploymentTexts>> = {}): readonly string[] {
  const $ = load(pageOf(aReport([aValue(value)]), language, own));
  return $('#class-profile').parent().find('tbody tr').first().children().map((_, cell) => $(cell).text().replaceAll('\u00a0', ' ')).get();
}

/** Text that would do harm wherever it is not escaped. */
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>' onload='x' &lt;b&gt; \u202e`;

/** The same with the text in the place of every text. */
function poisoned<Value>(value: Value): Value {
  if (typeof value === 'string') return hostile as Value;
  if (Array.isArray(value)) return value.map((one: unknown) => poisoned(one)) as Value;
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one)])) as Value : value;
}

describe('a page', () => {
  test.each(['en', 'nl', 'da'] as const)('in %s is sound HTML that stands alone, with headings, captions and scopes', async (language) => {
    const html = pageOf(aReport([aValue(), aValue({ field: 'Score.value', inferred: true, mask: 'band' })], {
      disclosures: [aDisclosure({ purposes: ['service.support', 'former.purpose'], formerFields: ['Loyalty.tier'] })],
      notFetched: [{ field: 'Customer.scores', source: 'crm', reason: 'TIMEOUT', detail: null, places: 2 }, { field: null, source: 'crm', reason: 'NOT_LINKED', detail: null, places: 1 }],
    }), language);
    expect(await faultsOfPage(html)).toEqual([]);
    const $ = load(html);
    expect($('html').attr('lang')).toBe(language);
    expect($('script, link, img, iframe, object, form, base, [src], [style], [onclick]').length).toBe(0);
    expect(html).not.toMatch(/url\(|@import|javascript:/);
    expect($('h1').length).toBe(1);
    expect($('th').filter((_, cell) => !['col', 'row'].includes($(cell).attr('scope') ?? '')).length).toBe(0);
    expect($('table').filter((_, one) => $(one).children('caption').text() === '').length).toBe(0);
    for (const link of $('nav a').map((_, one) => $(one).attr('href') ?? '').get()) expect($(link).length).toBe(1);
  });

  test('escapes whatever text comes from anywhere', async () => {
    const report = poisoned(aReport([aValue(), aValue({ type: 'DateTime', value: hostile }), aValue({ type: 'Decimal', currency: 'EUR' })], {
      notFetched: [{ field: 'Customer.scores', source: 'crm', reason: 'TIMEOUT', detail: 'x', places: 1 }], disclosures: [aDisclosure({ formerFields: ['Loyalty.tier'] })],
    }));
    const own = poisoned(texts({ purposes: { x: { description: 'x', retention: 'x' } } }));
    // A time that is none is not the page's to write; a report has none such.
    const html = reportPage({ ...report, madeAt: '2026-06-15T12:00:00Z', disclosures: report.disclosures.map((one) => ({ ...one, firstAt: null, lastAt: null })), data: report.data.map((section) => ({ ...section, records: section.records.map((record) => ({ ...record, createdAt: null, changedAt: null, values: record.values.map((value) => ({ ...value, readAt: '2026-06-15T12:00:00Z' })) })) })) }, {
      language: 'nl', contacts: { controller: hostile, privacyOfficer: hostile, authority: hostile }, texts: new Map([['nl', own]]),
    });
    const $ = load(html);
    expect($('script, img').length).toBe(0);
    expect($('*').filter((_, one) => Object.keys($(one).attr() ?? {}).some((name) => name.startsWith('on'))).length).toBe(0);
    expect($('dd').first().text()).toBe(hostile);
    expect($('main').text().split(hostile).length).toBeGreaterThan(10);
    expect(html).not.toContain('<img');
  });

  test('says what is missing and why, else that nothing is', () => {
    const missing = (report: AccessReport): string => load(pageOf(report))('#missing').parent().text();
    expect(missing(aReport())).toContain('Nothing: every system was asked');
    const told = missing(aReport([], { notFetched: [{ field: 'Customer.scores', source: 'crm', reason: 'TIMEOUT', detail: null, places: 3 }] }));
    expect(told).toMatch(/Scores.*crm.*The system did not answer in time.*3/);
    expect(told).not.toContain('Nothing');
  });

  describe('says who was given data of hers:', () => {
    const told = (more: Partial<AccessReport>, language: PageLanguage = 'en'): { readonly text: string; readonly rows: readonly (readonly string[])[] } => {
      const $ = load(pageOf(aReport([], more), language));
      const section = $('#disclosures').parent();
      return { text: section.find('p').text(), rows: section.find('tbody tr').get().map((row) => $(row).children().get().map((cell) => $(cell).text())) };
    };
    const cut = { field: 'Customer.dataUses', source: null, reason: 'DENIED', detail: 'scope', places: 1 } as const;

    test.each<[PageLanguage, RegExp, readonly string[]]>([
      ['en', /^These other organisations were given .*, nor is what was passed on in other ways\.$/, ['acme', 'Helping.', 'Who you areHow to reach you shown in part', '1,200', '1 Mar 2026, 09:30 UTC', '15 Jun 2026, 12:00 UTC']],
      ['nl', /^Deze andere organisaties hebben .* langs andere weg is doorgegeven\.$/, ['acme', 'Helping.', 'Wie u bentHoe u te bereiken bent gedeeltelijk getoond', '1.200', '1 mrt 2026, 09:30 UTC', '15 jun 2026, 12:00 UTC']],
      ['da', /^Følgende andre organisationer har .* givet videre på anden måde\.$/, ['acme', 'Helping.', 'Hvem du erHvordan du kan nås vist delvist', '1.200', '1. mar. 2026, 09.30 UTC', '15. jun. 2026, 12.00 UTC']],
    ])('each by name, with purposes, kinds of data, how often and when, in %s', (language, text, row) => {
      expect(told({ disclosures: [aDisclosure({ times: 1200, lastAt: '2026-06-15T12:00:00.000Z' })] }, language)).toEqual({ text: expect.stringMatching(text), rows: [row] });
    });

    test.each<[PageLanguage, string, string]>([
      ['en', 'no other organisation was given', 'could not be read'],
      ['nl', 'heeft geen andere organisatie', 'kon niet of niet volledig worden gelezen'],
      ['da', 'har ingen anden organisation', 'kunne ikke læses'],
    ])('nobody, in a sentence, and only where all of it could be read, in %s', (language, nobody, unread) => {
      expect(told({}, language)).toEqual({ text: expect.stringContaining(nobody), rows: [] });
      for (const field of ['Customer.dataUses', 'DataUse.recipient'] as const) {
        const { text, rows } = told({ notFetched: [{ ...cut, field }] }, language);
        expect({ text, rows }).toEqual({ text: expect.stringContaining(unread), rows: [] });
        expect(text).not.toContain(nobody);
      }
      expect(told({ disclosures: [aDisclosure()], notFetched: [{ ...cut, reason: 'BOUND' }] }, language)).toMatchObject({ text: expect.stringContaining(unread), rows: [['acme', ...Array<unknown>(5).fill(expect.any(String))]] });
    });

    test('what the registry or the schema no longer has, by its name, and times that may not be read as that', () => {
      expect(told({ disclosures: [aDisclosure({ purposes: ['former.purpose'], disclosed: ['lineage'], masked: [], formerFields: ['Loyalty.tierName'], firstAt: null, lastAt: null })] }).rows)
        .toEqual([['acme', 'former.purpose', 'Where data comes fromTier name', '1', 'not stated', 'not stated']]);
    });
  });

  test('notes that it is in another language than hers, and that some of it is in English', () => {
    const notes = (report: AccessReport, language: PageLanguage, own: Readonly<Record<string, DeploymentTexts>> = {}): readonly string[] => {
      const $ = load(pageOf(report, language, own));
      return $('.note').map((_, note) => $(note).text()).get();
    };
    const danish = aReport([aValue()], { language: 'da-DK', purposes: [] });
    expect(notes(danish, 'da')).toEqual([]);
    expect(notes(danish, 'nl')).toEqual([expect.stringContaining('taal')]);
    const ownField = aReport([aValue({ field: 'Loyalty.tier' })], { language: 'da-DK', purposes: [] });
    expect(notes(ownField, 'da')).toEqual([expect.stringContaining('engelsk')]);
    expect(notes(ownField, 'da', { da: texts({ fields: { 'Loyalty.tier': 'Niveau' } }) })).toEqual([]);
  });
});

describe('a value is written', () => {
  test.each<[string, PageLanguage, Partial<ReportValue>, string]>([
    ['money', 'en', { type: 'Decimal', value: '1234.50', currency: 'EUR' }, '€1,234.50'],
    ['money', 'nl', { type: 'Decimal', value: '1234.50', currency: 'EUR' }, '€ 1.234,50'],
    ['money', 'da', { type: 'Decimal', value: '-1234.50', currency: 'DKK' }, '-1.234,50 kr.'],
    ['money without parts', 'en', { type: 'Decimal', value: '1200', currency: 'JPY' }, 'JP¥1,200'],
    ['money of a currency that is none', 'nl', { type: 'Decimal', value: '5.00', currency: '??' }, '5.00'],
    ['more digits than a double has', 'nl', { type: 'Decimal', value: '12345678901234567890.123' }, '12.345.678.901.234.567.890,123'],
    ['a date', 'en', { type: 'Date', value: '2026-03-01' }, '1 March 2026'],
    ['a date', 'nl', { type: 'Date', value: '2026-03-01' }, '1 maart 2026'],
    ['a date', 'da', { type: 'Date', value: '2026-03-01' }, '1. marts 2026'],
    ['a time', 'nl', { type: 'DateTime', value: '2026-03-01T23:30:00.000Z' }, '1 mrt 2026, 23:30 UTC'],
    ['what is no date', 'nl', { type: 'Date', value: 'soon' }, 'soon'],
    ['a country', 'da', { type: 'CountryCode', value: 'DE' }, 'Tyskland'],
    ['a language', 'nl', { type: 'LanguageTag', value: 'da' }, 'Deens'],
    ['yes', 'da', { type: 'Boolean', value: 'true' }, 'ja'],
    ['an enum', 'nl', { type: 'InvoiceStatus', value: 'PAID' }, 'betaald'],
    ['an enum that nobody has translated', 'nl', { type: 'LoyaltyTier', value: 'VERY_GOOD' }, 'very good'],
    ['what a link rests on', 'nl', { field: 'Identity.evidence', value: 'FIRST_SEEN' }, 'het eerste record van u'],
    ['what a link rests on, and where', 'nl', { field: 'Identity.evidence', value: 'NUMBER of crm 0035g' }, 'hetzelfde klantnummer: crm 0035g'],
    ['what a link rests on, with a note', 'da', { field: 'LinkEvent.evidence', value: 'STEWARD: Found by NUMBER of crm' }, 'tilknyttet af en medarbejder: Found by NUMBER of crm'],
    ['what a person wrote of a link', 'nl', { field: 'LinkEvent.evidence', value: 'EMAIL was checked' }, 'EMAIL was checked'],
    ['what a person wrote in capitals', 'nl', { field: 'LinkEvent.evidence', value: 'CRM of Berlin says so' }, 'CRM of Berlin says so'],
    ['that a source merged records', 'da', { field: 'LinkEvent.evidence', value: 'crm answers the key a1 with the record b2' }, 'crm: a1 → b2'],
    ['a kind of number', 'nl', { field: 'LinkName.namespace', value: 'email' }, 'e-mailadres'],
    ['a purpose', 'nl', { field: 'Consent.purpose', type: 'ID', value: 'service.support' }, 'Helping.'],
    ['a purpose that is none any more', 'nl', { field: 'Consent.purpose', type: 'ID', value: 'former.purpose' }, 'former.purpose'],
    ['what an address is for', 'nl', { field: 'PostalAddress.label', value: 'home' }, 'thuis'],
    ['what an address is for in the source\'s own words', 'nl', { field: 'PostalAddress.label', value: 'Home sweet home' }, 'Home sweet home'],
    ['a usual word', 'da', { field: 'Profile.gender', value: 'female' }, 'kvinde'],
    ['the same word of another field', 'da', { field: 'Profile.name', value: 'female' }, 'female'],
    ['what was masked', 'nl', { type: 'Decimal', value: '1000', currency: 'EUR', mask: 'band' }, '1000 gedeeltelijk getoond'],
    ['what was inferred', 'da', { inferred: true }, 'Käthe Krüger udledt'],
    ['a name that is none of an object\'s own', 'nl', { type: 'constructor', value: 'toString' }, 'tostring'],
  ])('%s in %s', (_, language, value, expected) => {
    expect(shown(value, language)[1]).toBe(expected);
  });

  test('with the deployment\'s own names before the gateway\'s, and English before the schema\'s', () => {
    const own = { nl: texts({ fields: { 'Profile.name': 'Hoe u heet' }, sources: { crm: 'klantenbestand' } }), en: texts({ fields: { 'Loyalty.tierName': 'Tier' } }) };
    expect(shown({}, 'nl', own)).toEqual(['Hoe u heet', 'Käthe Krüger', 'klantenbestand, 15 jun 2026, 12:00 UTC']);
    expect(shown({ field: 'Loyalty.tierName' }, 'nl', own)[0]).toBe('Tier');
    expect(shown({ field: 'Loyalty.tierName' }, 'nl')[0]).toBe('Tier name');
    expect(shown({ field: 'PostalAddress.label', value: 'summer' }, 'nl', { nl: texts({ values: { 'label.summer': 'zomerhuis' } }) })[1]).toBe('zomerhuis');
    expect(shown({ source: null }, 'nl')[2]).toMatch(/^ons klantenregister, /);
    expect(shown({ source: null, readAt: null }, 'nl')[2]).toBe('niet vermeld');
  });
});
