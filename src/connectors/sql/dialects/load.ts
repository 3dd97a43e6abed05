import type { SqlSource } from '../source.ts';
import type { Database, Dialect } from './dialect.ts';

/** A dialect with its database. */
export interface Loaded extends Pick<Dialect, 'grammar' | 'diagnose'> {
  readonly database: Database;
}

/** Loads a source's driver, and no other: some take more than a second to load. */
export async function loadDialect({ address, pool }: SqlSource): Promise<Loaded> {
  if (address.dialect === 'sqlite') {
    const { dialect } = await import('./sqlite.ts');
    return { ...dialect, database: dialect.connect(address, pool) };
  }
  const { dialect } = await importServer(address.dialect);
  return { ...dialect, database: dialect.connect(address, pool) };
}

function importServer(name: Exclude<SqlSource['address']['dialect'], 'sqlite'>): Promise<{ readonly dialect: Dialect }> {
  switch (name) {
    case 'postgres':
      return import('./postgres.ts');
    case 'mysql':
    case 'mariadb':
      return import('./mysql.ts');
    case 'mssql':
      return import('./mssql.ts');
    case 'oracle':
      return import('./oracle.ts');
  }
}
