import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Faults } from '../parse/faults.ts';
import { codeOf, messageOf } from '../thrown.ts';

/** What TLS takes, as PEM texts: the authorities to trust instead of the usual ones, and a certificate with its key to show. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const pem = '-----BEGIN ';

/** The files are read while the deployment is, so that a missing one is a fault like any other and not a call's failure. A value may be the PEM text itself. */
export function readTls(names: { readonly [Name in keyof TlsFiles]: string | undefined }, folder: string, faults: Faults): TlsFiles {
  const files = Object.entries(names).flatMap(([name, file]) => {
    try {
      return file === undefined ? [] : [[name, file.trimStart().startsWith(pem) ? file : readFileSync(resolve(folder, file), 'utf8')]];
    } catch (error) {
      // The message has the name, which may be a key that was cut.
      faults.add(name, `cannot be read: ${name === 'key' ? codeOf(error) : messageOf(error)}`);
      return [];
    }
  });
  return Object.fromEntries(files) as TlsFiles;
}
