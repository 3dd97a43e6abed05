import type { Command } from 'commander';
import { withConfig, withJson } from '../options.ts';
import type { Tools } from '../tools.ts';
import { importFile, type ImportOptions } from './import-file.ts';
import type { ImportKind } from './import-kind.ts';

/** Adds an `import` command. */
export function addImport<Row>(parent: Command, tools: Tools, kind: ImportKind<Row>): void {
  withJson(withConfig(parent.command('import')))
    .description(kind.description)
    .argument('<file>', `CSV in UTF-8 with a header; each row is ${kind.rowIs}`)
    .option('--dry-run', 'say what would be stored, and store nothing', false)
    .option('--actor <name>', 'who vouches for the file; the user of the operating system by default')
    .option('--rejects <file>', 'list rejected rows in this CSV file instead of on standard error')
    .option('--delimiter <character>', 'what separates columns', ',')
    .addHelpText('after', `
${kind.columns}
Bad rows are listed and nothing of them is stored.
Importing a file again changes nothing, so an import that was cut off is completed by repeating it.

Exit codes: 0 all rows are stored, 1 failed, 2 wrong command line or header, 3 some rows were rejected.`)
    .action((file: string, options: ImportOptions) => importFile(file, { kind, options, tools }));
}
