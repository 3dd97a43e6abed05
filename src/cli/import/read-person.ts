import type { NewLink, Person } from '../../store/links.ts';

/** Who says that names are one person's, and where. */
export interface Stamp {
  readonly evidence: string;
  readonly actor: string;
}

/** Characters. A key of any system is far shorter; what is longer is another column's text. */
const longestKey = 512;
// Also the mark that stands for bytes which are no UTF-8: a key with it would be another key.
const control = /[\p{Cc}\u2028\u2029\ufffd]/u;

/** The names in a row as one person's; a text says what is wrong with them. Columns without a namespace are something else's. */
export function readPerson(cells: readonly string[], namespaces: readonly (string | undefined)[], stamp: Stamp): Person | string {
  const links: NewLink[] = [];
  for (const [index, namespace] of namespaces.entries()) {
    if (namespace === undefined) continue;
    const cell = cells[index] ?? '';
    // Numbers are stored as records give them, less the space around them; a key of a system may begin or end with some.
    const value = namespace === 'number' ? cell.trim() : cell;
    if (value.trim() === '') continue;
    if (hasControl(value)) return `${namespace}: ${controlFault}`;
    if (value.length > longestKey) return `${namespace}: over-long key: expected at most ${longestKey} characters, got ${value.length}`;
    links.push({ namespace, value, method: 'IMPORTED', verified: true, ...stamp });
  }
  const [first, ...others] = links;
  return first === undefined ? 'no name of the customer' : [first, ...others];
}

/** What is wrong with a text that `hasControl`. */
export const controlFault = 'control characters, or bytes that are no UTF-8';

/** True for a text that nobody has written so. */
export function hasControl(text: string): boolean {
  return control.test(text);
}
