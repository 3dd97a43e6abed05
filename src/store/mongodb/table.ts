import { MongoBulkWriteError, type Collection, type Filter, type OptionalUnlessRequiredId, type Sort, type UpdateFilter } from 'mongodb';
import { StoreFailure } from '../../errors.ts';
import { duplicateKey, type Within } from './failure.ts';

/** A document of the store; all ids are texts. */
export interface Stored {
  readonly _id: string;
}

/** One collection, as the store uses it: single documents change atomically, nothing else does. */
export interface Table<Document extends Stored> {
  find(filter: Filter<Document>, options?: { readonly sort?: Sort; readonly limit?: number }): Promise<readonly Document[]>;
  /** Documents by id, so many at a time, each part asked for anew: reading may take as long as it takes and outlives a change of the primary. */
  pages(size: number, filter?: Filter<Document>): AsyncGenerator<readonly Document[]>;
  /** Adds each document by itself, and gives the places of those that something unique stood against. */
  insert(documents: readonly Document[]): Promise<ReadonlySet<number>>;
  /** Adds documents up to the first that something unique stands against; true when there is none. */
  insertInOrder(documents: readonly Document[]): Promise<boolean>;
  /** Adds documents or puts them in the place of those with their id. */
  put(documents: readonly Document[]): Promise<void>;
  /** Changes one that fits at the moment of the change. False when none does. The driver does this once, whatever it has to try again. */
  update(filter: Filter<Document>, update: UpdateFilter<Document>): Promise<boolean>;
  updateAll(filter: Filter<Document>, update: UpdateFilter<Document>): Promise<void>;
  remove(filter: Filter<Document>): Promise<void>;
}

/** How often a document is put again because another process put it for the first time at the same moment. */
const putAttempts = 4;

/** Opens a collection whose operations keep their time. */
export function openTable<Document extends Stored>(collection: Collection<Document>, within: Within, maxTimeMS: number): Table<Document> {
  const putOnce = (documents: readonly Document[]): Promise<ReadonlySet<number>> => within(() => refusals(collection.bulkWrite(
    documents.map((document) => ({ replaceOne: { filter: withId(document._id), replacement: document, upsert: true } })),
    { ordered: false },
  )));
  const insert = async (documents: readonly Document[], ordered: boolean): Promise<ReadonlySet<number>> => documents.length === 0
    ? new Set()
    : within(() => refusals(collection.insertMany(documents as readonly OptionalUnlessRequiredId<Document>[], { ordered })));
  const find: Table<Document>['find'] = (filter, options = {}) =>
    within(async () => collection.find(filter, { ...options, maxTimeMS }).toArray() as unknown as Promise<readonly Document[]>);
  return {
    find,
    async *pages(size, filter = {}) {
      for (let after: string | undefined; ;) {
        const documents = await find(after === undefined ? filter : { ...filter, _id: { $gt: after } }, { sort: { _id: 1 }, limit: size });
        if (documents.length > 0) yield documents;
        if (documents.length < size) return;
        after = documents.at(-1)?._id;
      }
    },
    insert: (documents) => insert(documents, false),
    insertInOrder: async (documents) => (await insert(documents, true)).size === 0,
    put: async (documents) => {
      let left = [...new Map(documents.map((document) => [document._id, document])).values()];
      for (let attempt = 1; left.length > 0; attempt += 1) {
        if (attempt > putAttempts) throw new StoreFailure('a document could not be put', duplicateKey);
        const refused = await putOnce(left);
        left = left.filter((_, place) => refused.has(place));
      }
    },
    update: (filter, update) => within(async () => (await collection.updateOne(filter, update)).matchedCount > 0),
    updateAll: (filter, update) => within(async () => void (await collection.updateMany(filter, update))),
    remove: (filter) => within(async () => void (await collection.deleteMany(filter))),
  };
}

/** A value to look for: one is told as such, which the smallest of engines answers from an index. */
export function anyOf<Value>(values: readonly Value[]): Value | { readonly $in: readonly Value[] } {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : { $in: values };
}

/** The documents with one of the values; no question is asked for no values. */
export async function findAmong<Document extends Stored>(table: Table<Document>, field: keyof Document & string, values: readonly string[]): Promise<readonly Document[]> {
  return values.length === 0 ? [] : table.find({ [field]: anyOf(values) } as Filter<Document>);
}

/** The document with an id. */
export async function findById<Document extends Stored>(table: Table<Document>, id: string): Promise<Document | undefined> {
  return (await table.find(withId(id)))[0];
}

/** Removes the documents with these ids. */
export async function removeIds<Document extends Stored>(table: Table<Document>, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await table.remove({ _id: anyOf(ids) } as Filter<Document>);
}

function withId<Document extends Stored>(id: string): Filter<Document> {
  return { _id: id } as Filter<Document>;
}

/** A write that was acknowledged as wished by some of the servers only is one that failed, whatever else is said of it. */
async function refusals(written: Promise<unknown>): Promise<ReadonlySet<number>> {
  try {
    await written;
    return new Set();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
    const errors = [error.writeErrors].flat();
    if (errors.length === 0 || errors.some(({ code }) => code !== duplicateKey)) throw error;
    return new Set(errors.map(({ index }) => index));
  }
}
