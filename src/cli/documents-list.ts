import type { Command } from 'commander';
import type { TrustedDocument } from '../store/trusted-documents.ts';
import { checkAudience } from './documents-publish.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printRecords } from './table.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { pause, within } from './within.ts';

interface Options extends Common {
  readonly audience: string;
}

const pageSize = 500;

/** `documents list`: what clients of an audience may send by its id. */
export function addDocumentsList(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('list')))
    .description('list the documents that are published for an audience, by id; with --json also their texts')
    .requiredOption('--audience <name>', 'whose')
    .action((options: Options) => list(options, tools));
}

async function list({ config: folder, audience, json }: Options, { load, stdout, signal }: Tools): Promise<void> {
  const config = await load(folder);
  checkAudience(audience, Object.keys(config.gateway.audiences));
  const found = await useStore({ settings: config.store }, async ({ trustedDocuments }) => {
    const all: TrustedDocument[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await within(trustedDocuments.page({ audience, after, size: pageSize }), 'reading the store');
      all.push(...page);
      after = page.at(-1)?.id;
      more = page.length === pageSize;
      await pause(signal);
    }
    return all;
  });
  const told = found.map(({ publishedAt, ...document }) => ({ ...document, publishedAt: new Date(publishedAt).toISOString() }));
  if (json) return stdout.write(`${JSON.stringify(told)}\n`);
  if (told.length === 0) return stdout.write('no documents\n');
  printRecords(stdout, ['id', 'published', 'by', 'document'], told.map(({ id, publishedAt, publishedBy, text }) => ({ id, published: publishedAt, by: publishedBy, document: firstWords(text) })));
}

function firstWords(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
