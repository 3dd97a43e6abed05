import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Faults } from '../../parse/faults.ts';
import { secret, type Secret } from '../../secret.ts';
import type { DialectName, SourceSettings } from './settings.ts';
import { isThisMachine } from '../../servers/this-machine.ts';
import { readTls, type TlsFiles } from '../../servers/tls-files.ts';

/** Where a database server is, and who the gateway is there. `tls` undefined means in the clear. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
  /** The server's certificate is always verified: by the usual authorities, or by those of `ca` alone. */
  readonly tls: TlsFiles | undefined;
}

/** Where a database file is. */
export interface FileAddress {
  readonly path: string;
}

type ServerDialect = Exclude<DialectName, 'sqlite'>;

const servers: Readonly<Record<ServerDialect, { readonly schemes: readonly string[]; readonly port: number }>> = {
  postgres: { schemes: ['postgres:', 'postgresql:'], port: 5432 },
  mysql: { schemes: ['mysql:'], port: 3306 },
  mariadb: { schemes: ['mariadb:', 'mysql:'], port: 3306 },
  mssql: { schemes: ['mssql:', 'sqlserver:'], port: 1433 },
  oracle: { schemes: ['oracle:'], port: 1521 },
};

/**
 * Reads a server's address. Options in the address are refused: each driver has its own, and some of them switch off the
 * verification of certificates. Without `tls`, a server on this machine is spoken to in the clear and any other over TLS.
 */
export function parseServer(dialect: ServerDialect, settings: SourceSettings, folder: string, faults: Faults): ServerAddress | undefined {
  const { schemes, port } = servers[dialect];
  const url = URL.parse(settings.url);
  // The address holds a password: no message may show it.
  const form = `${schemes[0] ?? ''}//user:password@host:${port}/database`;
  const database = decode(url?.pathname.slice(1) ?? '');
  if (url === null || !schemes.includes(url.protocol) || url.hostname === '' || url.username === '' || !/^[^/\s()]+$/.test(database ?? '')) {
    faults.add('url', `expected an address like "${form}"`);
    return undefined;
  }
  if (url.search !== '' || url.hash !== '') {
    faults.add('url', `expected an address like "${form}", without options; TLS is set with "tls"`);
    return undefined;
  }
  const user = decode(url.username);
  const password = decode(url.password);
  if (user === undefined || password === undefined || database === undefined) {
    faults.add('url', 'expected user and password to be percent-encoded');
    return undefined;
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const wanted = settings.tls ?? !isThisMachine(host);
  const tls = wanted === false ? undefined : readTls(wanted === true ? {} : wanted, folder, faults.at('tls'));
  return { host, port: url.port === '' ? port : Number(url.port), user, password: secret(password), database, tls };
}

/** Reads a database file's place: a path from the configuration's folder, or a `file:` address. */
export function parseFile(settings: SourceSettings, folder: string, faults: Faults): FileAddress | undefined {
  for (const name of ['tls', 'schema'] as const) {
    if (settings[name] !== undefined) faults.add(name, 'a SQLite file has none');
  }
  const { url } = settings;
  if (/^file:\/\//.test(url)) return URL.canParse(url) && URL.parse(url)?.host === '' ? { path: fileURLToPath(url) } : fault();
  return /^[a-z][a-z0-9+.-]+:(?<!^file:)/.test(url) ? fault() : { path: resolve(folder, url.replace(/^file:/, '')) };

  function fault(): undefined {
    faults.add('url', 'expected a path like "data/erp.db" or "file:data/erp.db"');
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
