import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { customerId, type CustomerId } from '../../ids.ts';
import { messageOf } from '../../thrown.ts';
import { CommandError } from '../command-error.ts';
import { jsonOf } from '../../parse/json.ts';

/** What `erase --json` and `erased --json` print of a customer. */
const told = z.looseObject({ customer: z.string().min(1), ids: z.string().optional(), erased: z.boolean().optional() });
const line = z.union([told, z.array(told)]);

/** Reads who was erased from a file of such lines. A line that tells of an erasure which was not made names nobody. */
export async function readErased(file: string): Promise<readonly CustomerId[]> {
  const lines = (await textOf(file)).split('\n');
  const all = lines.flatMap((text, at) => {
    if (text.trim() === '') return [];
    const read = line.safeParse(jsonOf(text));
    if (!read.success) throw new CommandError(`${file}: line ${at + 1}: expected what \`erase --json\` or \`erased --json\` printed`);
    return read.data;
  });
  return [...new Set(all.flatMap(({ customer, ids, erased }) => (erased === false ? [] : [customer, ...ids?.split(' ') ?? []])))].map(customerId);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${messageOf(error)}`, 1, error);
  }
}
