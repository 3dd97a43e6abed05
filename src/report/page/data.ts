import { h, type ComponentChildren } from 'preact';
import type { Coordinate } from '../../ids.ts';
import type { ReportRecord, ReportSection, ReportValue } from '../report.ts';
import type { Format } from './format.ts';
import type { Labels } from './labels.ts';
import { labelled, table, type Markup } from './markup.ts';

/** By what values are written on a page. */
export interface Pen {
  readonly labels: Labels;
  readonly format: Format;
}

/** All that is held, by data class: single values in one table each, lists with a row for each record. */
export function dataSections(pen: Pen, sections: readonly ReportSection[]): readonly Markup[] {
  return sections.map(({ dataClass, records }) => h('section', null,
    h('h3', { id: `class-${dataClass}` }, labelled(pen.labels.dataClass(dataClass))),
    [...Map.groupBy(records.filter(({ within }) => within === null), ({ field }) => field)].map(([field, held]) => tableOf(pen, field, held, records))));
}

function tableOf(pen: Pen, field: Coordinate | null, held: readonly ReportRecord[], all: readonly ReportRecord[]): Markup {
  const [only] = held;
  return only !== undefined && !isOfList(only) ? valuesTable(pen, field, only, all) : recordsTable(pen, field, held, all);
}

function valuesTable(pen: Pen, field: Coordinate | null, record: ReportRecord, all: readonly ReportRecord[]): Markup {
  const { labels: { words, ...labels } } = pen;
  const herself = labels.type('Customer');
  const inner = withinOf(pen, record, all);
  return [
    table({
      caption: field !== null ? labelled(labels.field(field)) : herself === undefined ? words.value : labelled(herself),
      columns: [{ name: words.what }, { name: words.value }, { name: words.source, class: 'origin' }],
      rows: [...byField(record)].map(([at, values]) => [labelled(labels.field(at)), written(pen, values), originOf(pen, values[0])]),
    }),
    ...inner,
  ];
}

function recordsTable(pen: Pen, field: Coordinate | null, held: readonly ReportRecord[], all: readonly ReportRecord[]): Markup {
  const { labels: { words, ...labels }, format } = pen;
  const types = new Set(held.map(({ type }) => type));
  return table({
    caption: [field === null ? null : labelled(labels.field(field)), ` (${format.count(held.length)})`],
    columns: [{ name: words.number, class: 'place' }, { name: words.details }, { name: words.source, class: 'origin' }],
    rows: held.map((record, index) => {
      const type = types.size > 1 ? labels.type(record.type) : undefined;
      return [
        format.count(index + 1),
        [type === undefined ? null : h('p', { class: 'mark' }, labelled(type)), values(pen, record), ...withinOf(pen, record, all)],
        [originOf(pen, record.values[0]), ...factsOf(pen, record)],
      ];
    }),
  });
}

/** What lies in a record, each list below its name. */
function withinOf(pen: Pen, record: ReportRecord, all: readonly ReportRecord[]): readonly Markup[] {
  const inner = Map.groupBy(all.filter(({ within }) => within === record.path), ({ field }) => field);
  return [...inner].map(([field, records]) => h('div', { class: 'within' },
    h('p', null, field === null ? null : labelled(pen.labels.field(field))),
    records.some(isOfList)
      ? h('ol', null, records.map((one) => h('li', null, values(pen, one), ...withinOf(pen, one, all))))
      : records.map((one) => [values(pen, one), ...withinOf(pen, one, all)])));
}

/** False for the customer herself, and for a part of which there is one. */
function isOfList({ path }: ReportRecord): boolean {
  return /\.\d+$/.test(path);
}

function values(pen: Pen, record: ReportRecord): Markup {
  if (record.values.length === 0) return null;
  return h('dl', { class: 'values' }, [...byField(record)].map(([at, held]) => h('div', null,
    h('dt', null, labelled(pen.labels.field(at))), h('dd', { dir: 'auto' }, written(pen, held)))));
}

function byField({ values: all }: ReportRecord): ReadonlyMap<Coordinate, readonly ReportValue[]> {
  return Map.groupBy(all, ({ field }) => field);
}

/** The values of one field, one after the other, with what there is to say of them. */
function written({ labels: { words }, format }: Pen, held: readonly ReportValue[]): ComponentChildren {
  const marks = [held.some(({ inferred }) => inferred) ? words.inferred : undefined, held.some(({ mask }) => mask !== null) ? words.masked : undefined];
  return [
    held.map((value, index) => [index === 0 ? '' : ', ', labelled(format.value(value))]),
    marks.flatMap((mark) => (mark === undefined ? [] : [' ', h('span', { class: 'mark' }, mark)])),
  ];
}

function originOf({ labels, format }: Pen, value: ReportValue | undefined): ComponentChildren {
  if (value === undefined) return null;
  const { source, readAt } = value;
  // Of some values it is not known; of what the gateway itself keeps, it is.
  if (source === null && readAt === null) return labels.words.unsaid;
  return [labelled(labels.source(source)), readAt === null ? null : [', ', h('time', { datetime: readAt }, format.time(readAt))]];
}

function factsOf({ labels: { words }, format }: Pen, { createdAt, changedAt, stale }: ReportRecord): readonly Markup[] {
  const facts: readonly (readonly [string, string | null])[] = [[words.createdAt, createdAt], [words.changedAt, changedAt]];
  return [
    ...facts.flatMap(([name, time]) => (time === null ? [] : [h('br', null), `${name} ${format.time(time)}`])),
    ...(stale ? [h('br', null), words.stale] : []),
  ];
}
