import type { Command } from 'commander';
import { withConfig, withJson, type Common } from './options.ts';
import { printRecords } from './table.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

/** `erased`: whom the store knows to have been erased. */
export function addErased(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('erased')))
    .description('list who was erased, by the ids that they had; kept apart from the store, the list lets `erase --again` follow a restored backup')
    .action((options: Common) => list(options, tools));
}

async function list({ config: folder, json }: Common, { load, stdout }: Tools): Promise<void> {
  const { store: settings } = await load(folder);
  const all = await useStore({ settings, mustExist: true }, ({ erasure }) => within(erasure.list(), 'reading the store'));
  const rows = all.map(({ customer, root, at }) => ({ customer, root, erasedAt: new Date(at).toISOString() }));
  if (json) stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) stdout.write('nobody was erased\n');
  else printRecords(stdout, ['customer', 'root', 'erasedAt'], rows);
}
