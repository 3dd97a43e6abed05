import type { Config } from '../../config/load-config.ts';
import { wrongCommandLine } from '../command-error.ts';

/** What the header of a file may name → the namespace of the names in that column. */
export function knownColumns({ sources, gateway }: Pick<Config, 'sources' | 'gateway'>): ReadonlyMap<string, string> {
  return new Map([
    ['number', 'number'],
    ...sources.map(({ name }) => [name, name] as const),
    ...gateway.issuers.map(({ issuer }) => [`issuer:${issuer}`, issuer] as const),
  ]);
}

/** The namespaces of a header's columns, in order. Every column that is not known, or there twice, is told at once. */
export function readHeader(cells: readonly string[], known: ReadonlyMap<string, string>, file: string): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const expected = `a header of ${[...known.keys()].join(', ')}`;
  if (names.length === 0) throw wrongCommandLine(`${file}: line 1: expected ${expected}; got nothing`);
  const strange = names.filter((name) => !known.has(name));
  if (strange.length > 0) throw wrongCommandLine(`${file}: line 1: expected ${expected}; got ${strange.map((name) => JSON.stringify(name.slice(0, 100))).join(', ')}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrongCommandLine(`${file}: line 1: expected each column once, got ${JSON.stringify(twice)} twice`);
  return names.flatMap((name) => known.get(name) ?? []);
}
