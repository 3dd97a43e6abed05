import type { ServerAddress } from '../../servers/mongodb-address.ts';
import type { Entity, SourceSettings } from './settings.ts';

/** A MongoDB source, understood. */
export interface MongoSource extends Pick<SourceSettings, 'database' | 'pool' | 'readPreference'> {
  readonly address: ServerAddress;
  readonly entities: ReadonlyMap<string, Entity>;
}
