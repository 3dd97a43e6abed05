import { readFile } from 'node:fs/promises';
import { messageOf } from '../thrown.ts';
import { wrongCommandLine } from './command-error.ts';

/** The text of a file that an argument or option names. */
export async function readNamed(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw wrongCommandLine(`${option}: ${path} cannot be read: ${messageOf(error)}`);
  }
}

/** What such a file says in JSON. */
export async function readNamedJson(option: string, path: string): Promise<{ readonly name: string; readonly value: unknown }> {
  const text = await readNamed(option, path);
  try {
    return { name: path, value: JSON.parse(text) };
  } catch (error) {
    throw wrongCommandLine(`${option}: ${path}: expected JSON: ${messageOf(error)}`);
  }
}
