import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CommandError } from '../command-error.ts';

/** A document as a client's build has written it down. */
export interface ManifestDocument {
  readonly id: string;
  /** SHA-256 of the text, in hex. */
  readonly hash: string;
  readonly text: string;
}

const id = z.string().min(1).max(256);
const text = z.string().min(1);
const apollo = z.looseObject({ format: z.literal('apollo-persisted-query-manifest'), version: z.literal(1), operations: z.array(z.looseObject({ id, body: text })) });
const byId = z.record(id, text);

/**
 * The documents of a manifest: Apollo's (`apollo-persisted-query-manifest`), or a map from ids to texts as Relay and GraphQL Code Generator write it. Throws a
 * `CommandError` for anything else, and for a SHA-256 that is not its text's.
 */
export function readManifest({ name, value }: { readonly name: string; readonly value: unknown }): readonly ManifestDocument[] {
  const isApollo = value !== null && typeof value === 'object' && 'format' in value;
  const pairs = isApollo ? apollo.safeParse(value).data?.operations.map(({ id: own, body }) => [own, body] as const) : byId.safeParse(value).data && Object.entries(byId.parse(value));
  if (pairs === undefined) {
    throw new CommandError(`${name}: expected a manifest: { "format": "apollo-persisted-query-manifest", "version": 1, "operations": [{ "id", "body" }] }, or an object of ids and texts, as Relay and GraphQL Code Generator write it`);
  }
  const documents = pairs.map(([own, body]) => ({ id: own, hash: createHash('sha256').update(body).digest('hex'), text: body }));
  const twice = documents.find((one, place) => documents.some((other, before) => before < place && other.id === one.id && other.hash !== one.hash));
  if (twice !== undefined) throw new CommandError(`${name}: the id ${JSON.stringify(twice.id)} stands for two documents`);
  const wrong = documents.find(({ id: own, hash }) => /^(sha256:)?[0-9a-f]{64}$/i.test(own) && own.replace(/^sha256:/i, '').toLowerCase() !== hash);
  if (wrong !== undefined) throw new CommandError(`${name}: ${JSON.stringify(wrong.id)} is not the SHA-256 of its document, which is ${wrong.hash}`);
  return documents;
}
