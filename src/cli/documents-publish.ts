import type { Command } from 'commander';
import type { DocumentFault } from '../explain/document-faults.ts';
import { onRecord } from './audit/on-record.ts';
import { CommandError, wrongCommandLine } from './command-error.ts';
import { readManifest, type ManifestDocument } from './documents/read-manifest.ts';
import { withConfig, withJson, type Common } from './options.ts';
import { printSummary } from './print.ts';
import { readNamedJson } from './read-file.ts';
import type { Tools } from './tools.ts';
import { useStore } from './use-store.ts';
import { within } from './within.ts';

interface Options extends Common {
  readonly audience: string;
  readonly actor: string | undefined;
}

/** `documents publish`: from the next seconds on, clients of an audience may send these documents by their ids. */
export function addDocumentsPublish(parent: Command, tools: Tools): void {
  withJson(withConfig(parent.command('publish <manifest>')))
    .description("publish the documents of a client's manifest: Apollo's, or a map from ids to texts as Relay and GraphQL Code Generator write it")
    .requiredOption('--audience <name>', 'whose clients may send them')
    .option('--actor <name>', 'who publishes them; the user of the operating system by default')
    .action((manifest: string, options: Options) => publish(manifest, options, tools));
}

async function publish(manifest: string, { config: folder, audience, json, ...options }: Options, { readDeployment, stdout, stderr, user }: Tools): Promise<void> {
  const deployment = await readDeployment(folder);
  const { config } = deployment;
  checkAudience(audience, Object.keys(config.gateway.audiences));
  const documents = readManifest(await readNamedJson('manifest', manifest));
  const { documentFaults } = await import('../explain/document-faults.ts');
  refuseFaulty(manifest, { documents, faultsOf: (text) => documentFaults(deployment, audience, text), audience });
  const actor = options.actor ?? user();
  const differ = await useStore({ settings: config.store }, (store) => onRecord({ config, store, command: 'documents publish', stderr }, async (trail) => {
    await trail.append({ kind: 'administration', actor, action: 'documents.publish', about: { audience, documents: documents.length } });
    const publishedAt = Date.now();
    return within(store.trustedDocuments.publish(documents.map((one) => ({ ...one, audience, publishedAt, publishedBy: actor }))), 'writing to the store');
  }));
  if (differ.length > 0) {
    throw new CommandError(`${differ.length} of ${documents.length} ids are published with another text, which they keep: ${differ.slice(0, 5).join(', ')}${differ.length > 5 ? ', …' : ''}. A document that has changed needs another id, or the old one withdrawn first; all others are published`);
  }
  printSummary(stdout, { title: 'published', good: true, facts: { audience, documents: documents.length } }, json);
}

/** Refuses an audience that the deployment does not have. */
export function checkAudience(audience: string, known: readonly string[]): void {
  if (!known.includes(audience)) throw wrongCommandLine(`--audience: expected ${known.join(' or ')}, got ${JSON.stringify(audience)}`);
}

/** Refuses all of them when one could not be sent: a client of which half is published works by half. */
function refuseFaulty(manifest: string, { documents, faultsOf, audience }: {
  readonly documents: readonly ManifestDocument[];
  readonly faultsOf: (text: string) => readonly DocumentFault[];
  readonly audience: string;
}): void {
  const wrong = documents.flatMap(({ id, text }) => {
    const faults = faultsOf(text);
    return faults.length === 0 ? [] : [{ id, faults }];
  });
  if (wrong.length === 0) return;
  const lines = wrong.flatMap(({ id, faults }) => faults.map(({ message, line, column }) => (
    `  ${JSON.stringify(id)}${line === undefined || column === undefined ? '' : `, line ${line}, column ${column}`}: ${message}`)));
  throw new CommandError(`${manifest}: ${wrong.length} of ${documents.length} documents could not be sent by clients of ${audience}, so none is published:\n${lines.join('\n')}`);
}
