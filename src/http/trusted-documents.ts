import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ErrorCode } from '../errors.ts';
import type { DocumentMode } from './settings.ts';
import { isObject, jsonOf } from '../parse/json.ts';

/** A request as it came: where its parts stand depends on the method. */
export interface Sent {
  readonly method: string | undefined;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
  readonly search: string;
  readonly requestId: string;
}

export type Resolved =
  | { readonly kind: 'sent'; readonly body: unknown; readonly search: string }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

/** Puts the text in the place of a document's id, and lets through what an audience may send. */
export type ResolveDocument = (sent: Sent) => Promise<Resolved>;

/** Milliseconds for which a process goes by what it has read: so late does it know what was published or withdrawn. */
const knownFor = 5000;
const maxCached = 16 * 1024 * 1024;
/** No id is longer. */
export const longestId = 256;

/**
 * Opens the trusted documents of one audience: by `documentId` (GraphQL over HTTP) and by Apollo's `persistedQuery`. `ids` takes nothing else, `listed` also
 * the text of what is published, `log` everything and tells of what is not, `off` everything. A store that cannot say is no permission: it rejects.
 */
export function openTrustedDocuments({ mode, find, onUnlisted }: {
  readonly mode: DocumentMode;
  /** By id, else by the hash of the text. */
  readonly find: (key: string) => Promise<{ readonly text: string } | undefined>;
  /** The hash is one, or empty where what was sent in its place is none: that may be anything. */
  readonly onUnlisted: (hash: string, requestId: string) => void;
}): ResolveDocument {
  const cache = new LRUCache<string, { readonly text: string | undefined }>({
    ttl: knownFor, maxSize: maxCached, sizeCalculation: ({ text = '' }, key) => key.length + text.length + 1,
    fetchMethod: async (key) => ({ text: (await find(key))?.text }),
  });
  const textOf = async (key: string): Promise<string | undefined> => (key === '' || key.length > longestId ? undefined : (await cache.fetch(key))?.text);

  return async (sent) => {
    const parts = sent.method === 'GET' ? ofSearch(sent.search) : ofBody(sent.body);
    const { documentId, persisted, query } = parts;
    const hash = persisted === undefined ? undefined : recordOf(persisted)['sha256Hash'];
    const asSent: Resolved = { kind: 'sent', body: sent.body, search: sent.search };
    // Apollo has no code for a hash of something else.
    const asSentWith = (own: string | undefined): Resolved => (hash === undefined || own === undefined || hash === own
      ? asSent : refused('BAD_REQUEST', 'extensions.persistedQuery.sha256Hash: expected the SHA-256 of the query beside it.'));
    if (documentId !== undefined) {
      if (query !== undefined || persisted !== undefined) return refused('BAD_REQUEST', 'Send the id of a document or a document, not both.');
      const text = typeof documentId !== 'string' ? undefined : await textOf(documentId) ?? (documentId.startsWith(sha256) ? await textOf(documentId.slice(sha256.length)) : undefined);
      return text === undefined ? refused('PERSISTED_QUERY_NOT_FOUND', 'No document of this id is published for you.') : parts.withText(text);
    }
    // Nor for what is no hash.
    if (persisted !== undefined && (typeof hash !== 'string' || recordOf(persisted)['version'] !== 1)) {
      return refused('BAD_REQUEST', 'extensions.persistedQuery: expected { "version": 1, "sha256Hash": … } with the SHA-256 of a document.');
    }
    if (typeof hash === 'string' && query === undefined) {
      const text = await textOf(hash);
      if (text !== undefined) return parts.withText(text);
      if (mode === 'log') onUnlisted(sha256Form.test(hash) ? hash : '', sent.requestId);
      // What a client has registered before, Apollo knows. With another code its clients would send the text, to be refused again.
      return mode === 'off' || mode === 'log' ? asSent : refused('PERSISTED_QUERY_NOT_IN_LIST', 'No document of this hash is published for you.');
    }
    // Without a document there is nothing to run, and Apollo says so.
    if (query === undefined) return asSent;
    if (mode === 'ids') return refused('PERSISTED_QUERY_NOT_IN_LIST', 'Send the id of a published document; nothing else is taken here.');
    // Apollo would tell in its own name how to make a text of it.
    if (typeof query !== 'string') return refused('BAD_REQUEST', 'query: expected the text of a document.');
    // Of most requests to those who may send anything nobody needs the hash.
    if (mode === 'off') return asSentWith(hash === undefined ? undefined : hashOf(query));
    const own = hashOf(query);
    const listed = await textOf(own);
    if (listed !== undefined) return parts.withText(listed);
    if (mode === 'listed') return refused('PERSISTED_QUERY_NOT_IN_LIST', 'This document is not among those that are published for you.');
    onUnlisted(own, sent.requestId);
    return asSentWith(own);
  };
}

const sha256 = 'sha256:';
const sha256Form = /^[0-9a-f]{64}$/i;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function refused(code: ErrorCode, message: string): Resolved {
  return { kind: 'refused', code, message };
}

/** What a request says of its document; null is as good as nothing. */
interface Parts {
  readonly documentId: unknown;
  /** Apollo's way of telling a document by its hash. */
  readonly persisted: unknown;
  readonly query: unknown;
  /** The request with a text, and nothing else that says which. */
  readonly withText: (text: string) => Resolved;
}

function ofBody(body: unknown): Parts {
  const { documentId, query, extensions, ...rest } = recordOf(body);
  return {
    documentId: documentId ?? undefined, query: query ?? undefined, persisted: persistedIn(extensions),
    withText: (text) => ({ kind: 'sent', search: '', body: { ...rest, query: text, ...(isObject(extensions) ? { extensions: withoutHash(extensions) } : {}) } }),
  };
}

function ofSearch(search: string): Parts {
  const given = new URLSearchParams(search);
  const extensions = given.has('extensions') ? jsonOf(given.get('extensions') ?? '') : undefined;
  return {
    documentId: given.get('documentId') ?? undefined, query: given.get('query') ?? undefined, persisted: persistedIn(extensions),
    withText(text) {
      given.delete('documentId');
      given.set('query', text);
      if (isObject(extensions)) given.set('extensions', JSON.stringify(withoutHash(extensions)));
      return { kind: 'sent', body: undefined, search: `?${given.toString()}` };
    },
  };
}

function persistedIn(extensions: unknown): unknown {
  return recordOf(extensions)['persistedQuery'] ?? undefined;
}

function withoutHash({ persistedQuery: _, ...extensions }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return extensions;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
