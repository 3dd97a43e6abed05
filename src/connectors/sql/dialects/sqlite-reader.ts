import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Question, Told } from './sqlite.ts';

/** The process behind `sqlite`: a program, not a module. It is given a path, then statements, one at a time; it ends with its parent. */
const tell = (told: Told): void => void process.send?.(told);

function failure(error: unknown): Told {
  const { message, errcode } = error as Error & { readonly errcode?: unknown };
  return { kind: 'failed', message, errcode };
}

try {
  const database = new DatabaseSync(String(process.argv[2]), { readOnly: true, timeout: 1000 });
  process.on('message', ({ text, parameters }: Question) => {
    try {
      const statement = database.prepare(text);
      statement.setReadBigInts(true);
      tell({ kind: 'rows', rows: statement.all(...(parameters as readonly SQLInputValue[])) });
    } catch (error) {
      tell(failure(error));
    }
  });
  tell({ kind: 'rows', rows: [] });
} catch (error) {
  tell(failure(error));
}
