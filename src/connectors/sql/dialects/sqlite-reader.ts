import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Asked, Told } from './sqlite.ts';

/** The process behind `sqlite`: a program, not a module. It is sent a path, then statements, one at a time; it ends with its parent. */
const readers: DatabaseSync[] = [];

process.on('message', (asked: Asked) => {
  try {
    process.send?.({ kind: 'rows', rows: rowsFor(asked) } satisfies Told);
  } catch (error) {
    const { message, errcode } = error as Error & { readonly errcode?: unknown };
    process.send?.({ kind: 'failed', message, errcode } satisfies Told);
  }
});

function rowsFor(asked: Asked): Extract<Told, { kind: 'rows' }>['rows'] {
  if (asked.kind === 'open') {
    readers.push(new DatabaseSync(asked.path, { readOnly: true, timeout: 1000 }));
    return [];
  }
  const [database] = readers;
  if (database === undefined) throw new Error('a statement came before the path');
  const statement = database.prepare(asked.text);
  statement.setReadBigInts(true);
  return statement.all(...(asked.parameters as readonly SQLInputValue[]));
}
