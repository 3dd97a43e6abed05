import type { Document, Filter } from 'mongodb';
import { typesBeyond } from './cursor.ts';
import type { Frame } from './page.ts';
import type { Entity, Listing, Look } from './settings.ts';
import { bsonOf } from './values.ts';

/** One `find`, as the driver takes it. */
export interface Question {
  readonly collection: string;
  readonly filter: Filter<Document>;
  readonly projection: Document;
  /** One more than can come, so that all come at once. */
  readonly batchSize: number;
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
  readonly collation?: { readonly locale: string; readonly strength: number };
}

/** A list's filter with its value, which fits its type. */
export interface Condition extends Pick<Listing['filters'][string], 'path' | 'op' | 'type'> {
  readonly value: string;
}

/** The questions that one entity's operations need. Each names the paths it wants. */
export interface Questions {
  read(paths: readonly string[], keys: readonly string[]): Question;
  match(paths: readonly string[], what: { readonly look: Look; readonly values: readonly string[]; readonly frame: Frame }): Question;
  list(paths: readonly string[], what: { readonly conditions: readonly Condition[]; readonly frame: Frame }): Question;
}

/** Compares letters in either case as equal, and accents as different. An index helps only if it has the same collation. */
const caseless = { locale: 'en', strength: 2 } as const;

const operators: Readonly<Record<Condition['op'], string>> = { '=': '$eq', '!=': '$nin', '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' };

/** Makes an entity's questions. Values stand as operands only, where BSON keeps them apart from operators. */
export function questionsFor({ collection, key, keyType, where }: Entity): Questions {
  const fixed = Object.entries(where).map(([path, wanted]) => is(path, Array.isArray(wanted) ? '$in' : '$eq', wanted));
  const page = (paths: readonly string[], conditions: readonly Document[], frame: Frame, limit = frame.rows): Question => {
    const direction = frame.descending ? -1 : 1;
    const all = [...fixed, ...conditions, ...after(frame)];
    return {
      collection,
      filter: all.length === 0 ? {} : { $and: all },
      projection: projectionOf([...paths, key, '_id', ...(frame.path === undefined ? [] : [frame.path])]),
      sort: { ...(frame.path === undefined ? {} : { [frame.path]: direction }), _id: direction },
      limit,
      batchSize: limit + 1,
    };
  };
  return {
    read: (paths, keys) => ({
      collection,
      filter: { $and: [...fixed, is(key, '$in', keys.map((text) => bsonOf(text, keyType)))] },
      projection: projectionOf([...paths, key]),
      batchSize: keys.length + 1,
    }),

    match: (paths, { look, values, frame }) => {
      const among = is(look.lowered ?? look.path, '$in', values.map((text) => bsonOf(text, look.type)));
      const question = page([...paths, look.path], [among], frame, values.length * frame.rows);
      return look.compare === 'caseless' && look.lowered === undefined ? { ...question, collation: caseless } : question;
    },

    list: (paths, { conditions, frame }) =>
      page(paths, conditions.map(({ path, op, type, value }) => {
        const bound = bsonOf(value, type);
        // What has no value is not unlike another, here as in every other kind of source.
        return is(path, operators[op], op === '!=' ? [bound, null] : bound);
      }), frame),
  };
}

/** The paths as a projection. One that lies in another is left out: MongoDB refuses to be told both. */
export function projectionOf(paths: readonly string[]): Document {
  const outermost = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}.`)));
  const wanted = Object.fromEntries(outermost.map((path) => [path, 1]));
  return outermost.some((path) => path.split('.')[0] === '_id') ? wanted : { ...wanted, _id: 0 };
}

function after({ path, descending, after: cursor }: Frame): readonly Document[] {
  if (cursor === undefined) return [];
  const further = beyond('_id', cursor.id, descending);
  if (path === undefined) return [{ $or: further }];
  return [{ $or: [...beyond(path, cursor.value, descending), { $and: [is(path, '$eq', cursor.value), { $or: further }] }] }];
}

/** Conditions of which one holds for whatever comes after a value. Null comes first, whether it is there or not. */
function beyond(path: string, value: unknown, descending: boolean): readonly Document[] {
  if (value === null) return [descending ? is(path, '$in', []) : is(path, '$ne', null)];
  const own = is(path, descending ? '$lt' : '$gt', value);
  const types = typesBeyond(value, descending ? 'before' : 'after');
  return [own, ...(types.length === 0 ? [] : [is(path, '$type', types)]), ...(descending ? [is(path, '$eq', null)] : [])];
}

function is(path: string, operator: string, operand: unknown): Document {
  return { [path]: { [operator]: operand } };
}
