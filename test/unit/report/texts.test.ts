import { beforeAll, describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { getNamedType, isEnumType } from 'graphql';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { makeLabels, pageTexts } from '../../../src/report/page/labels.ts';
import { reportPage } from '../../../src/report/page/page.ts';
import { askedOfUses } from '../../../src/report/disclosures.ts';
import { dataSubjectRights, gapReasons } from '../../../src/report/report.ts';
import { coordinate, type Coordinate } from '../../../src/ids.ts';
import type { Model } from '../../../src/schema/model.ts';
import { isTold } from '../../../src/report/told-classes.ts';
import { fieldsOf, isStructure } from '../../../src/schema/shape.ts';
import { legalBasis } from '../../../src/config/purposes-file.ts';
import { methodOf } from '../../../src/identity/identifiers.ts';
import { linkMethods } from '../../../src/store/links.ts';
import { aReport, aValue } from '../../fixtures/report.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';

let model: Model;
/** Every field of the sample company's that can stand in a report, and every member of an enum. */
let fields: readonly Coordinate[];
let members: readonly (readonly [string, string])[];
beforeAll(async () => {
  ({ model } = await loadDeployment(new URL('../../../config', import.meta.url).pathname, sampleEnvironment));
  const about = /^(Query|Mutation|AccessRequest|AccessReport.*|LinkChange|LinkReview|ConsentChange)$/;
  const told = [...fieldsOf(model.schema)].filter(({ type, at }) => !isStructure(type) && !about.test(type.name) && isTold(model.classes.get(at)));
  fields = told.map(({ at }) => at);
  members = told.flatMap(({ field }) => {
    const type = getNamedType(field.type);
    return isEnumType(type) ? type.getValues().map(({ name }) => [type.name, name] as const) : [];
  });
});

describe.each(Object.keys(pageTexts) as readonly (keyof typeof pageTexts)[])('in %s', (language) => {
  test('every field, enum, class and purpose of the sample company has a name of its own', () => {
    const labels = makeLabels(language, new Map());
    expect(fields.length).toBeGreaterThan(150);
    expect(fields.filter((at) => labels.field(at).lang !== undefined)).toEqual([]);
    expect(members.length).toBeGreaterThan(80);
    expect(members.filter(([type, name]) => labels.value(type, name).lang !== undefined || labels.value(type, name).text === name)).toEqual([]);
    const classes = model.dataClasses.filter(isTold);
    expect(classes.filter((name) => labels.dataClass(name).lang !== undefined)).toEqual([]);
    expect(labels.fellBack()).toBe(false);
  });

  test('so has what can be missing of who was given data, and every class that a partner may be given', () => {
    const labels = makeLabels(language, new Map());
    expect([coordinate('Customer', 'dataUses'), ...askedOfUses.map((name) => coordinate('DataUse', name))].filter((at) => labels.field(at).lang !== undefined)).toEqual([]);
    expect(labels.dataClass('lineage').lang).toBeUndefined();
    expect(labels.fellBack()).toBe(false);
  });

  test('a page with every member of every enum, everything that links rest on and every kind of system of the sample company has no constant in it', () => {
    const answers = Object.keys(pageTexts.en.answers) as readonly (keyof typeof pageTexts.en.answers)[];
    const values = [
      ...members.map(([type, value]) => aValue({ field: 'Profile.name', type, value })),
      ...linkMethods.flatMap((method) => ['Identity.evidence', 'LinkEvent.evidence'].flatMap((field) => [method, `${method} of crm c1`, `${method}: a note`].map((value) => aValue({ field: field as Coordinate, value })))),
      ...Object.keys(methodOf).map((value) => aValue({ field: 'LinkName.namespace', value })),
    ];
    const gaps = gapReasons.map((reason) => ({ field: null, source: 'crm', reason, detail: null, places: 1 }));
    const sources = answers.flatMap((status) => ['CRM', 'BILLING', 'SUPPORT'].map((kind) => ({ key: 'crm', kind, owner: null, region: null, status })));
    const text = load(reportPage(aReport(values, { language, purposes: [], notFetched: gaps, sources }), { language, contacts: {}, texts: new Map() }))('body');
    expect(text.find('.note').get()).toEqual([]);
    const words = text.find('td, th, dd, dt, p, li, caption').get().map((one) => load(one).text()).join(' ').match(/(?<![\p{L}.])[A-Z][A-Z_]{2,}(?![\p{L}.])/gu) ?? [];
    expect([...new Set(words)].filter((word) => !['UTC', 'GDPR', 'AVG'].includes(word))).toEqual([]);
    for (const identifier of Object.keys(methodOf)) expect(Object.hasOwn(pageTexts[language].identifiers, identifier)).toBe(true);
  });

  test('every reason, right, basis and answer is told', () => {
    const labels = makeLabels(language, new Map());
    const answers = ['OK', 'STALE', 'TIMEOUT', 'UNAVAILABLE', 'DENIED', 'NOT_LINKED'];
    const told = [
      ...gapReasons.map((key) => labels.own('reasons', key)), ...dataSubjectRights.map(({ right }) => labels.own('rights', right)),
      ...legalBasis.options.map((key) => labels.own('legalBases', key)), ...answers.map((key) => labels.own('answers', key)),
    ];
    expect(told.filter((text) => text === '' || gapReasons.some((key) => key === text) || answers.includes(text))).toEqual([]);
  });

  test('no text is empty, and few are the same as in English', () => {
    const all = (texts: object): readonly string[] => Object.values(texts).flatMap((section: object) => Object.values(section) as readonly string[]);
    const here = all(pageTexts[language]);
    expect(here.filter((text) => text.trim() === '')).toEqual([]);
    const same = here.filter((text, index) => text === all(pageTexts.en)[index]);
    expect(same.length / here.length).toBeLessThan(language === 'en' ? 1.01 : 0.12);
  });
});
