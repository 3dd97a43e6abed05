import { bare } from '../../bare.ts';
import type { FindResult, MatchRequest, ReadRequest, ReadResult, Row } from '../connector.ts';

/** Rows that a source gave for one key or value, as they may be answered again. */
export interface Kept {
  /** One row, or those of a page. */
  readonly rows: readonly Row[];
  readonly next: string | undefined;
  /** What was asked for. */
  readonly fields: readonly string[];
  /** When the oldest of it was read; of a page of none, when it was asked for. */
  readonly fetchedAt: number;
}

/** What many keys or values are asked for alike, and how its answers are kept and told. */
export interface Question<Result> {
  readonly entity: string;
  /** What can be dropped together: rows by key, or pages by one attribute. It holds no key and no value. */
  readonly scope: string;
  /** Which part of what is found; empty for a row by its key. */
  readonly place: string;
  readonly fields: readonly string[];
  /** What of an answer is kept; undefined where nothing is. */
  readonly keep: (result: Result, askedAt: number) => Omit<Kept, 'fields'> | undefined;
  readonly tell: (kept: Kept, stale: boolean) => Result;
}

/** The scope of an entity's rows by key. A source's name holds no space, nor does an entity's. */
export function rowScope(source: string, entity: string): string {
  return `${source} ${entity} `;
}

/** The scope of the pages of an entity that are found by one attribute. */
export function pageScope(source: string, entity: string, attribute: string): string {
  return `${source} ${entity}/${JSON.stringify(attribute)} `;
}

/**
 * The question that reads of rows ask.
 *
 * That there is no row is not kept: a record that comes to be would be missing for a while, and one that is gone must not come back. Nor is a row that
 * has moved: it changes a link, so the source has to say so itself.
 */
export function rowQuestion(source: string, { entity, fields }: ReadRequest): Question<ReadResult> {
  return {
    entity, scope: rowScope(source, entity), place: '', fields,
    keep: (result) => (result.kind === 'found' ? { rows: [result.row], next: undefined, fetchedAt: result.row.fetchedAt } : undefined),
    tell(kept, stale) {
      const [row] = kept.rows;
      return row === undefined ? { kind: 'absent' } : { kind: 'found', row: asAsked(row, kept.fields, fields, stale) };
    },
  };
}

/** The question that look-ups of pages ask. */
export function pageQuestion(source: string, { entity, attribute, fields, page }: MatchRequest): Question<FindResult> {
  return {
    entity, scope: pageScope(source, entity, attribute), place: JSON.stringify([page.size, page.at]), fields,
    keep: (result, askedAt) => (result.kind === 'rows' ? { rows: result.rows, next: result.next, fetchedAt: Math.min(askedAt, ...result.rows.map(({ fetchedAt }) => fetchedAt)) } : undefined),
    tell: (kept, stale) => ({ kind: 'rows', rows: kept.rows.map((row) => asAsked(row, kept.fields, fields, stale)), next: kept.next }),
  };
}

/** The row with the asked fields and no others, though more of it was kept. */
function asAsked(row: Row, kept: readonly string[], fields: readonly string[], stale: boolean): Row {
  if (kept.length === fields.length && kept.every((field, at) => field === fields[at])) return stale ? { ...row, stale } : row;
  const values = bare();
  for (const field of fields) values[field] = row.values[field];
  return { ...row, values, stale };
}
