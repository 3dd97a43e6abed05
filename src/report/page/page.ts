import { h } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import type { DeploymentTexts, PageLanguage } from '../../config/texts-file.ts';
import type { AccessReport, ReportDisclosure, ReportGap } from '../report.ts';
import { dataSections, type Pen } from './data.ts';
import { makeFormat } from './format.ts';
import { makeLabels } from './labels.ts';
import { facts, labelled, section, table, type Markup } from './markup.ts';
import { style } from './style.ts';

/** Whom a customer may turn to, as one reads it. */
export interface Contacts {
  readonly controller?: string | undefined;
  readonly privacyOfficer?: string | undefined;
  readonly authority?: string | undefined;
}

/**
 * A report as a page of HTML that stands alone: no scripts, nothing that is loaded, every text escaped. `language` is that of the
 * page; the one that the customer is known to want may be another.
 */
export function reportPage(report: AccessReport, { language, contacts, texts }: {
  readonly language: PageLanguage;
  readonly contacts: Contacts;
  /** The deployment's own texts, by language. */
  readonly texts: ReadonlyMap<string, DeploymentTexts>;
}): string {
  const labels = makeLabels(language, texts);
  const pen: Pen = { labels, format: makeFormat(labels, report.purposes) };
  const { words } = labels;
  const parts = [
    { id: 'missing', heading: words.missing, content: missing(pen, report) },
    { id: 'data', heading: words.data, content: data(pen, report) },
    { id: 'purposes', heading: words.purposes, content: purposes(pen, report) },
    { id: 'disclosures', heading: words.disclosures, content: disclosures(pen, report) },
    { id: 'sources', heading: words.sources, content: sources(pen, report) },
    { id: 'rights', heading: words.rights, content: rights(pen, report, contacts) },
  ];
  // All labels have been looked up by now.
  const notes = [
    ...(report.language !== null && !speaks(language, report.language) ? [words.otherLanguage] : []),
    ...(labels.fellBack() ? [words.untranslated] : []),
  ];
  const page = h('html', { lang: language },
    h('head', null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'robots', content: 'noindex' }),
      // Whatever a browser might make of it: nothing is run and nothing is loaded.
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: "default-src 'none'; style-src 'unsafe-inline'" }),
      h('title', null, words.title),
      h('style', { dangerouslySetInnerHTML: { __html: style } })),
    h('body', null,
      h('header', null, h('h1', null, words.title), h('p', null, words.about), notes.map((note) => h('p', { class: 'note' }, note)), about(pen, report, contacts)),
      h('nav', { 'aria-labelledby': 'contents' }, h('h2', { id: 'contents' }, words.contents),
        h('ul', null, parts.map(({ id, heading }) => h('li', null, h('a', { href: `#${id}` }, heading))))),
      h('main', null, parts.map(({ id, heading, content }) => section(id, heading, ...content)))));
  return `<!DOCTYPE html>\n${renderToStaticMarkup(page)}\n`;
}

function speaks(language: string, tag: string): boolean {
  return tag.toLowerCase().split('-')[0] === language;
}

function about({ labels: { words }, format }: Pen, { customer, madeAt }: AccessReport, { controller, privacyOfficer }: Contacts): Markup {
  const given = [[words.controller, controller], [words.privacyOfficer, privacyOfficer]] as const;
  return facts([
    [words.customer, customer],
    [words.madeAt, h('time', { datetime: madeAt }, format.time(madeAt))],
    ...given.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])),
  ]);
}

function missing(pen: Pen, { notFetched }: AccessReport): readonly Markup[] {
  const { labels: { words, ...labels }, format } = pen;
  if (notFetched.length === 0) return [h('p', null, words.nothingMissing)];
  const what = ({ field, source }: ReportGap): Markup => (field !== null ? labelled(labels.field(field)) : source !== null ? words.wholeSystem : words.somethingElse);
  return [h('p', null, words.missingIntro), table({
    caption: words.missing,
    columns: [{ name: words.what }, { name: words.system }, { name: words.why }, { name: words.places }],
    rows: notFetched.map((gap) => [what(gap), gap.source === null ? '' : labelled(labels.source(gap.source)), labels.own('reasons', gap.reason), format.count(gap.places)]),
  })];
}

function data(pen: Pen, { data: held }: AccessReport): readonly Markup[] {
  const { words } = pen.labels;
  return held.length === 0 ? [h('p', null, words.noData)] : [h('p', null, words.dataIntro), ...dataSections(pen, held)];
}

function purposes({ labels: { words, ...labels } }: Pen, { purposes: all }: AccessReport): readonly Markup[] {
  return [h('p', null, words.purposesIntro), table({
    caption: words.purposes,
    columns: [{ name: words.purpose }, { name: words.legalBasis }, { name: words.dataUsed }, { name: words.recipients }, { name: words.retention }, { name: words.owner }],
    rows: all.map((purpose) => [
      [labelled(labels.purpose(purpose, 'description')), h('br', null), h('code', null, purpose.key)],
      labels.own('legalBases', purpose.legalBasis),
      purpose.dataClasses.filter((name) => name !== 'report').map((name, index) => [index === 0 ? '' : '; ', labelled(labels.dataClass(name))]),
      purpose.recipients.length === 0 ? words.none : purpose.recipients.join(', '),
      labelled(labels.purpose(purpose, 'retention')),
      purpose.owner,
    ]),
  })];
}

/** That nobody was given anything is said only where all of it could be read. */
function disclosures(pen: Pen, { disclosures: all, purposes: known, notFetched }: AccessReport): readonly Markup[] {
  const { labels: { words, ...labels }, format } = pen;
  const cut = notFetched.some(({ field }) => field === 'Customer.dataUses' || field?.startsWith('DataUse.'));
  const purposeOf = (key: string): Markup => {
    const purpose = known.find((one) => one.key === key);
    return h('div', null, purpose === undefined ? h('code', null, key) : labelled(labels.purpose(purpose, 'description')));
  };
  const timeOf = (time: string | null): Markup => (time === null ? words.unsaid : h('time', { datetime: time }, format.time(time)));
  return [
    all.length > 0 ? h('p', null, words.disclosuresIntro) : cut ? null : h('p', null, words.nobodyGiven),
    cut ? h('p', null, words.disclosuresCut) : null,
    all.length === 0 ? null : table({
      caption: words.disclosures,
      columns: [{ name: words.recipient }, { name: words.purpose }, { name: words.dataUsed }, { name: words.times }, { name: words.firstTime }, { name: words.lastTime }],
      rows: all.map((one) => [one.recipient, one.purposes.map(purposeOf), given(pen, one), format.count(one.times), timeOf(one.firstAt), timeOf(one.lastAt)]),
    }),
  ];
}

/** The kinds of data that somebody was given, a line each. */
function given({ labels }: Pen, { disclosed, masked, formerFields }: ReportDisclosure): readonly Markup[] {
  return [
    ...disclosed.map((name) => h('div', null, labelled(labels.dataClass(name)))),
    ...masked.map((name) => h('div', null, labelled(labels.dataClass(name)), ' ', h('span', { class: 'mark' }, labels.words.masked))),
    ...formerFields.map((at) => h('div', null, labelled(labels.field(at)))),
  ];
}

function sources({ labels: { words, ...labels } }: Pen, { sources: all }: AccessReport): readonly Markup[] {
  return [table({
    caption: words.sources,
    columns: [{ name: words.system }, { name: words.kind }, { name: words.region }, { name: words.owner }, { name: words.answered }],
    rows: all.map(({ key, kind, region, owner, status }) => [
      labelled(labels.source(key)), labelled(labels.usual('Source.kind', kind)), region ?? words.unsaid, owner ?? words.unsaid, status === null ? words.unsaid : labels.own('answers', status),
    ]),
  })];
}

function rights({ labels }: Pen, { rights: all }: AccessReport, { authority }: Contacts): readonly Markup[] {
  const { words } = labels;
  return [
    h('p', null, words.rightsIntro),
    h('ul', null, all.map(({ right, article }) => h('li', null, labels.own('rights', right), ` (${article} ${words.law})`))),
    authority === undefined ? null : facts([[words.authority, authority]]),
  ];
}
