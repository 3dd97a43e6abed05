import type { Faults } from '../parse/faults.ts';
import { secret, type Secret } from '../secret.ts';
import { isThisMachine } from './this-machine.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

/** Where the servers are, and who the gateway is there. `tls` undefined means in the clear. */
export interface ServerAddress {
  readonly url: Secret;
  /** The database that the address names. */
  readonly database: string | undefined;
  /** A server's certificate is always verified: by the usual authorities, or by those of `ca` alone. */
  readonly tls: TlsFiles | undefined;
}

/** An address as a deployment writes it. */
export interface AddressText {
  readonly url: string;
  readonly tls?: boolean | { readonly [Name in keyof TlsFiles]: string | undefined } | undefined;
}

const addressForm = /^(?<scheme>mongodb|mongodb\+srv):\/\/(?:(?<user>[^@/?#]+)@)?(?<hosts>[^@/?#]+)(?:\/(?<database>[^/?#]*))?(?:\?(?<options>[^#]*))?$/;
const hostForm = /^(?<name>\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;

/** What an address may say beside the servers. The driver knows more options: some of them switch off the verification of certificates. */
const optionForms: ReadonlyMap<string, RegExp> = new Map([
  ['authSource', /^[^\s]+$/],
  ['authMechanism', /^(SCRAM-SHA-1|SCRAM-SHA-256|MONGODB-X509)$/],
  ['replicaSet', /^[^\s]+$/],
  ['directConnection', /^(true|false)$/],
  ['loadBalanced', /^(true|false)$/],
]);

/** The names that a database can have. */
export const databaseForm = /^[^\s/\\."$*<>:|?]{1,63}$/;

/** Reads an address; `at` says where its mistakes stand. Without `tls`, servers on this machine are spoken to in the clear and any other over TLS. */
export function parseAddress(text: AddressText, folder: string, faults: Faults, at = { url: 'url', tls: 'tls' }): ServerAddress | undefined {
  const { scheme, user = '', hosts = '', database = '', options = '' } = addressForm.exec(text.url)?.groups ?? {};
  const names = hosts.split(',').map((host) => hostForm.exec(host)?.groups?.['name']);
  // The address holds a password: no message may show it.
  if (scheme === undefined || names.includes(undefined)) {
    faults.add(at.url, 'expected an address like "mongodb://user:password@host:27017,host:27017/?replicaSet=rs0", or "mongodb+srv://user:password@name"');
    return undefined;
  }
  if (!isDecodable(user)) {
    faults.add(at.url, 'expected user and password to be percent-encoded');
    return undefined;
  }
  if ([...new URLSearchParams(options)].some(([name, value]) => optionForms.get(name)?.test(value) !== true)) {
    faults.add(at.url, `expected no options but ${[...optionForms.keys()].join(', ')}, with values they can have; TLS is set with "tls"`);
    return undefined;
  }
  const wanted = text.tls ?? (scheme === 'mongodb+srv' || !names.every((name) => name !== undefined && isThisMachine(name)));
  const tls = wanted === false ? undefined : readTls(wanted === true ? {} : wanted, folder, faults.at(at.tls));
  return { url: secret(text.url), database: database === '' ? undefined : database, tls };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
