import { parseDocument } from 'yaml';
import type { Faults } from '../parse/faults.ts';
import { substitute, type Environment } from './substitute.ts';

/** Parses a YAML file's text and fills in the environment; a syntax error is a fault, and then the result is undefined. */
export function readYaml(text: string, env: Environment, faults: Faults): unknown {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true, merge: true });
  for (const error of document.errors) {
    const [place] = error.linePos ?? [];
    faults.add(place === undefined ? '' : `line ${place.line}`, error.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? 'not YAML');
  }
  if (document.errors.length > 0) return undefined;
  const value: unknown = document.toJS();
  return substitute(value ?? {}, env, faults);
}
