import type { FileAddress, ServerAddress } from './address.ts';
import type { DialectName, Entity } from './settings.ts';

/** A SQL source, understood. */
export interface SqlSource {
  readonly address: ({ readonly dialect: 'sqlite' } & FileAddress) | ({ readonly dialect: Exclude<DialectName, 'sqlite'> } & ServerAddress);
  readonly pool: number;
  readonly schema: string | undefined;
  readonly entities: ReadonlyMap<string, Entity>;
}
