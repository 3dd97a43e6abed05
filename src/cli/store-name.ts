import { resolve } from 'node:path';
import { collectFaults, faultLine } from '../parse/faults.ts';
import { secret } from '../secret.ts';
import { parseStore, type StoreSettings } from '../store/settings.ts';
import { wrongCommandLine } from './command-error.ts';

/** Reads `sqlite:PATH`, an address of MongoDB, or `config` for the deployment's own store. Files start from where the command runs. */
export function parseStoreName(option: string, text: string, own: StoreSettings): StoreSettings {
  if (text === 'config') return own;
  const path = /^sqlite:(.+)$/s.exec(text)?.[1];
  if (path !== undefined) return { kind: 'sqlite', path: resolve(path) };
  if (!/^mongodb(\+srv)?:/.test(text)) {
    throw wrongCommandLine(`${option}: expected sqlite:PATH, mongodb://HOST/DATABASE or config, got ${JSON.stringify(withoutCredentials(text))}`);
  }
  const faults = collectFaults(option);
  const settings = parseStore({ mongodb: secret(text) }, resolve('.'), faults);
  if (settings === undefined) throw wrongCommandLine(faults.all().map(faultLine).join('\n'));
  return settings;
}

/** A store as a person may see it: without the password that an address can hold. */
export function describeSettings(settings: StoreSettings): string {
  if (settings.kind === 'sqlite') return `sqlite:${settings.path}`;
  const [address = ''] = /^[\w+]+:\/\/[^/?]*/.exec(withoutCredentials(settings.address.url.reveal())) ?? [];
  return `${address}/${settings.database}`;
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//');
}
