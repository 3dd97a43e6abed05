import type { Config } from '../../config/load-config.ts';
import { wrongCommandLine } from '../command-error.ts';

/** What the header of a file may name. */
export interface KnownColumns {
  /** A column of names of the customer → the namespace of these names. */
  readonly names: ReadonlyMap<string, string>;
  /** What else a row says; a source that is called like one of these has no column. */
  readonly values: ReadonlyMap<string, 'required' | 'optional'>;
}

/** For each column of a file, in order, what stands in it: names of one namespace, or the value of that name. */
export interface Header {
  readonly namespaces: readonly (string | undefined)[];
  readonly values: readonly (string | undefined)[];
}

/** The columns of names that a file about the deployment's customers may have. */
export function nameColumns({ sources, gateway }: Pick<Config, 'sources' | 'gateway'>): KnownColumns['names'] {
  return new Map([
    ['number', 'number'],
    ...sources.map(({ name }) => [name, name] as const),
    ...gateway.issuers.map(({ issuer }) => [`issuer:${issuer}`, issuer] as const),
  ]);
}

/** Understands a header. Every column that is not known, is there twice or is missing is told at once. */
export function readHeader(cells: readonly string[], { names, values }: KnownColumns, file: string): Header {
  const columns = cells.map((cell) => cell.trim());
  const named = [...names.keys()].filter((name) => !values.has(name));
  const expected = `expected a header of ${[...named, ...values.keys()].join(', ')}`;
  const wrong = (problem: string): Error => wrongCommandLine(`${file}: line 1: ${problem}`);
  if (columns.length === 0) throw wrong(`${expected}; got nothing`);
  const strange = columns.filter((name) => !named.includes(name) && !values.has(name));
  if (strange.length > 0) throw wrong(`${expected}; got ${strange.map((name) => JSON.stringify(name.slice(0, 100))).join(', ')}`);
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(`expected each column once, got ${JSON.stringify(twice)} twice`);
  const missing = [...values].flatMap(([name, need]) => (need === 'required' && !columns.includes(name) ? [name] : []));
  if (missing.length > 0) throw wrong(`${expected}; missing: ${missing.join(', ')}`);
  if (!columns.some((name) => named.includes(name))) throw wrong(`expected a column of names: ${named.join(', ')}; got none`);
  return {
    namespaces: columns.map((name) => (values.has(name) ? undefined : names.get(name))),
    values: columns.map((name) => (values.has(name) ? name : undefined)),
  };
}
