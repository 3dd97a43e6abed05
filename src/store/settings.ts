import { resolve } from 'node:path';
import { z } from 'zod';
import type { Faults } from '../parse/faults.ts';
import { duration, secretText } from '../parse/shapes.ts';
import { databaseForm, parseAddress, type ServerAddress } from '../servers/mongodb-address.ts';

/** Which engine keeps the store, and where. */
export type StoreSettings =
  | { readonly kind: 'sqlite'; readonly path: string }
  | ({ readonly kind: 'mongodb' } & MongodbSettings);

export interface MongodbSettings extends Pick<MongodbText, 'pool' | 'writeConcern' | 'readConcern' | 'timeout'> {
  readonly address: ServerAddress;
  readonly database: string;
}

const mongodbShape = z
  .strictObject({
    url: secretText,
    /** By default the one that the address names. */
    database: z.string().regex(databaseForm, 'expected the name of a database').optional(),
    tls: z.union([z.boolean(), z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })]).optional(),
    pool: z.int().min(1).max(500).default(20),
    /** Without an acknowledgement there is no audit trail, so 0 is not possible. */
    writeConcern: z.strictObject({ w: z.union([z.literal('majority'), z.int().min(1).max(50)]).default('majority'), journal: z.boolean().default(true) }).prefault({}),
    readConcern: z.enum(['local', 'majority', 'linearizable']).optional(),
    /** The end of every wait. */
    timeout: duration.default(5000),
  })
  // Who has written looks at what others have written: a read that sees less than what was acknowledged would miss it.
  .refine(({ writeConcern, readConcern = 'local' }) => writeConcern.w === 'majority' || readConcern === 'local', { path: ['readConcern'], message: 'only "local" goes with a "w" that is no majority' })
  .transform(({ readConcern, ...settings }) => ({ ...settings, readConcern: readConcern ?? (settings.writeConcern.w === 'majority' ? 'majority' as const : 'local' as const) }));
type MongodbText = z.output<typeof mongodbShape>;

/** The store in a deployment's file: one engine. `mongodb` may be an address that names its database, and nothing else. */
export const storeShape = z
  .strictObject({ sqlite: z.string().min(1).optional(), mongodb: z.union([secretText, mongodbShape]).optional() })
  .refine(({ sqlite, mongodb }) => (sqlite === undefined) !== (mongodb === undefined), 'expected one engine: "sqlite" with a file, or "mongodb" with an address');
export type StoreText = z.output<typeof storeShape>;

/** Understands what the shape has let pass. Nothing is connected to. */
export function parseStore({ sqlite, mongodb }: StoreText, folder: string, faults: Faults): StoreSettings | undefined {
  if (sqlite !== undefined) return { kind: 'sqlite', path: resolve(folder, sqlite) };
  if (mongodb === undefined) return undefined;
  const [text, at] = 'reveal' in mongodb ? [mongodbShape.parse({ url: mongodb.reveal() }), 'mongodb'] as const : [mongodb, 'mongodb.url'] as const;
  const before = faults.all().length;
  const { pool, writeConcern, readConcern, timeout } = text;
  const address = parseAddress({ url: text.url.reveal(), tls: text.tls }, folder, faults, { url: at, tls: 'mongodb.tls' });
  const database = text.database ?? address?.database;
  if (address !== undefined && (database === undefined || !databaseForm.test(database))) {
    faults.add(at, 'expected the name of a database in the address, like "mongodb://host:27017/customer360"');
  }
  if (address === undefined || database === undefined || faults.all().length > before) return undefined;
  return { kind: 'mongodb', address, database, pool, writeConcern, readConcern, timeout };
}
