import type { Row } from '../connectors/connector.ts';
import type { Reader } from '../schema/model.ts';

/** Reads a row's values by path. */
export function readerOf(row: Row): Reader {
  return (path) => row.values[path];
}

/** Reads the values of one item of the list at `list` within a row; a path outside the list is the whole row's. */
export function itemReaderOf(row: Row, list: string, index: number): Reader {
  return (path) => {
    const value = row.values[path];
    if (!path.startsWith(`${list}.`)) return value;
    return Array.isArray(value) ? (value as readonly unknown[])[index] : undefined;
  };
}
