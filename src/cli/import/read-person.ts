import type { NewLink, Person } from '../../store/links.ts';

/** Characters. A key of any system is far shorter; what is longer is another column's text. */
const longestKey = 512;
// Also the mark that stands for bytes which are no UTF-8: a key with it would be another key.
const control = /[\p{Cc}\u2028\u2029\ufffd]/u;

/** A row as one person; a text says what is wrong with it. */
export function readPerson(cells: readonly string[], namespaces: readonly string[], stamp: Pick<NewLink, 'evidence' | 'actor'>): Person | string {
  if (cells.every((cell) => cell.trim() === '')) return 'empty row';
  if (cells.length !== namespaces.length) return `wrong number of columns: expected ${namespaces.length}, got ${cells.length}`;
  const links: NewLink[] = [];
  for (const [index, namespace] of namespaces.entries()) {
    const cell = cells[index] ?? '';
    // Numbers are stored as records give them, less the space around them; a key of a system may begin or end with some.
    const value = namespace === 'number' ? cell.trim() : cell;
    if (value.trim() === '') continue;
    if (control.test(value)) return `${namespace}: control characters, or bytes that are no UTF-8`;
    if (value.length > longestKey) return `${namespace}: over-long key: expected at most ${longestKey} characters, got ${value.length}`;
    links.push({ namespace, value, method: 'IMPORTED', verified: true, ...stamp });
  }
  const [first, ...others] = links;
  return first === undefined ? 'empty row' : [first, ...others];
}
