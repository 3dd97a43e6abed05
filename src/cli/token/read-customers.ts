import { open } from 'node:fs/promises';
import { messageOf } from '../../thrown.ts';
import { CommandError, wrongCommandLine } from '../command-error.ts';
import { plainText } from './read-order.ts';

/** Bytes: no token can name as many customers as a larger file has. */
const largest = 64 * 1024;

/** The customer numbers of the options and of a file with one a line; empty lines count for nothing. */
export async function readCustomers(options: { readonly customer: readonly string[]; readonly customers: string | undefined }): Promise<readonly string[]> {
  const named = options.customer.map((number) => plainText('--customer', number));
  if (options.customers === undefined) return named;
  const file = options.customers;
  const lines = (await readText(file)).split(/\r?\n/);
  return [...named, ...lines.flatMap((line, index) => (line.trim() === '' ? [] : [plainText(`${file}: line ${index + 1}`, line)]))];
}

async function readText(file: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const bytes = Buffer.alloc(largest + 1);
      let size = 0;
      for (let read = -1; read !== 0 && size <= largest; size += read) ({ bytesRead: read } = await handle.read(bytes, size, bytes.length - size));
      if (size > largest) throw wrongCommandLine(`${file}: expected at most ${largest} bytes; a token cannot name so many customers, but relations can be imported (relation import)`);
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, size));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file}: cannot be read as a list of customer numbers: ${messageOf(error)}`, 1, error);
  }
}
