import type { Db } from 'mongodb';
import { createIndexes } from './indexes.ts';
import { StoreFailure } from '../../errors.ts';
import { duplicateKey, type Within } from './failure.ts';

/**
 * The form of the documents. A version that changes what is there raises it, and brings the older documents up to it. So does one
 * that keeps something new, which an older version would leave out of a backup: with 2 came facts, with 3
 * the chains of the audit trail and requests for access, with 4 signing keys and issued tokens, with 5 who was erased, with 6 trusted documents. What was in `audit_intent` and `audit_outcome`
 * before stays aside: nothing of it can be proven.
 */
const version = 6;

interface SchemaDocument {
  readonly _id: string;
  readonly version: number;
}

/** Brings a database up to date, or refuses one that a newer version made. Several processes may do so at once. */
export async function migrate(db: Db, within: Within): Promise<void> {
  const schema = db.collection<SchemaDocument>('schema');
  const found = await within(() => schema.findOne({ _id: 'store' }));
  if (found !== null && found.version > version) {
    throw new StoreFailure(`the database "${db.databaseName}" was made by a newer version (schema ${found.version}; this one knows ${version})`);
  }
  await within(() => createIndexes(db));
  const note = (): Promise<unknown> => within(() => schema.updateOne({ _id: 'store' }, { $max: { version } }, { upsert: true }));
  try {
    await note();
  } catch (error) {
    // Another process noted it for the first time at the same moment.
    if (!(error instanceof StoreFailure) || error.code !== duplicateKey) throw error;
    await note();
  }
}
