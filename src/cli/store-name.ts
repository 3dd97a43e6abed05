import { resolve } from 'node:path';
import type { StoreSettings } from '../store/open-store.ts';
import { wrongCommandLine } from './command-error.ts';

/** How a store is written on the command line → what the deployment's file would say. Relative files start from where the command runs. */
const forms: readonly (readonly [RegExp, (rest: string) => StoreSettings])[] = [
  [/^sqlite:(.+)$/s, (path) => ({ sqlite: resolve(path) })],
];

/** Reads `sqlite:PATH`, or `config` for the deployment's own store. */
export function parseStoreName(option: string, text: string, own: StoreSettings): StoreSettings {
  if (text === 'config') return own;
  for (const [form, settingsOf] of forms) {
    const rest = form.exec(text)?.[1];
    if (rest !== undefined) return settingsOf(rest);
  }
  throw wrongCommandLine(`${option}: expected sqlite:PATH or config, got ${JSON.stringify(withoutCredentials(text))}`);
}

/** A store as a person may see it: without the password that an address can hold. */
export function describeSettings(settings: StoreSettings, folder: string): string {
  return `sqlite:${resolve(folder, settings.sqlite)}`;
}

/** The name of the engine that keeps a store. */
export function engineOf(settings: StoreSettings): string {
  return Object.keys(settings)[0] ?? '';
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^@/]*@/, '//');
}
