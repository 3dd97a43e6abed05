import type { SourceKey } from '../../ids.ts';
import type { Row } from '../connector.ts';
import { keyOf, keysDiffer, rowOf } from '../row.ts';
import type { RawRow } from './dialects/dialect.ts';
import type { Table } from './session.ts';
import type { Entity } from './settings.ts';
import { jsonOf } from '../../parse/json.ts';

/** The columns that the fields start in, and those without which no row could be told apart. */
export function columnsFor(fields: readonly string[], needed: readonly string[]): readonly string[] {
  return [...new Set([...fields.map(columnOf), ...needed])];
}

/** A value as the text of a key, or undefined when it can be none. */
export function textOf(value: unknown, { trim }: Entity): SourceKey | undefined {
  return keyOf(trim && typeof value === 'string' ? withoutPadding(value) : value);
}

/** Rows under their own keys. Without a key, or with another's, none could be told apart, and SOURCE_MALFORMED is thrown. */
export function rowsFrom(raws: readonly RawRow[], { name, entity, fail }: Table, fields: readonly string[], fetchedAt: number): readonly Row[] {
  const rows = raws.map((raw): Row => {
    const key = textOf(raw[entity.key], entity);
    if (key === undefined) throw fail('SOURCE_MALFORMED', `${name}: a row has no key`);
    return rowOf(tidy(raw, entity, fields), key, fields, fetchedAt);
  });
  if (!keysDiffer(rows)) throw fail('SOURCE_MALFORMED', `${name}: several rows have one key`);
  return rows;
}

/** A row without padding, and with the columns parsed that a field looks into: some databases give JSON as text. */
export function tidy(raw: RawRow, { trim }: Entity, fields: readonly string[]): RawRow {
  const nested = new Set(fields.filter((field) => field.includes('.')).map(columnOf));
  return Object.fromEntries(
    Object.entries(raw).map(([column, value]) => {
      if (typeof value !== 'string') return [column, value];
      return [column, nested.has(column) ? jsonOf(value) : trim ? withoutPadding(value) : value];
    }),
  );
}

function columnOf(field: string): string {
  return field.split('.', 1)[0] ?? field;
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}
