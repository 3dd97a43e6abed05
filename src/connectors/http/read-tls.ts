import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Faults } from '../../parse/faults.ts';
import type { TlsSettings } from './settings.ts';
import { messageOf } from '../../thrown.ts';
import type { TlsFiles } from './wire.ts';

/** The files are read while the deployment is, so that a missing one is a fault like any other and not a call's failure. */
export function readTls(settings: TlsSettings, folder: string, faults: Faults): TlsFiles {
  const files = (['ca', 'cert', 'key'] as const).flatMap((name) => {
    const file = settings[name];
    if (file === undefined) return [];
    try {
      return [[name, readFileSync(resolve(folder, file), 'utf8')] as const];
    } catch (error) {
      faults.add(name, `cannot be read: ${messageOf(error)}`);
      return [];
    }
  });
  return Object.fromEntries(files);
}
