import { SourceError } from '../errors.ts';
import { sourceKey, type SourceName } from '../ids.ts';
import type { Connector, EntityCapabilities } from './connector.ts';

/** What came of asking a source for something that nobody has. */
export interface Probed {
  readonly source: SourceName;
  readonly entity: string;
  /** What was asked, in words. */
  readonly asked: string;
  /** `odd` is an answer to a question that has none; `skipped` was not asked, since any answer would hold customers. */
  readonly outcome: 'answered' | 'odd' | 'failed' | 'skipped';
  /** What a person is to know of it. */
  readonly said: string;
  /** Milliseconds. */
  readonly took: number;
}

interface Probing {
  readonly clock: () => number;
  /** Milliseconds for each question. */
  readonly deadline: number;
  /** A key that nobody has. */
  readonly invented: string;
  /** The path of the key in an entity's rows: the one field that is asked for. */
  readonly keyPath: (entity: string) => string | undefined;
}

/**
 * Asks for each entity of a source, one after the other, with a key or value that was made up, so that no customer's data is sent.
 *
 * An answer shows that the source was reached and took the credentials for this call. It does not show that the right data lies
 * there: a source that says 404 for a wrong address says the same for a key that nobody has.
 */
export async function probeSource(connector: Connector, probing: Probing): Promise<readonly Probed[]> {
  const probed: Probed[] = [];
  for (const [entity, can] of connector.capabilities) {
    const asked = askedOf(can);
    const start = probing.clock();
    const result = asked === undefined ? listedOnly : await ask(connector, entity, asked, probing).catch(failure);
    const by = asked?.kind === 'find' ? asked.attribute : (probing.keyPath(entity) ?? 'key');
    probed.push({ source: connector.source, entity, asked: asked === undefined ? 'nothing' : `${asked.kind} by ${by}`, took: probing.clock() - start, ...result });
  }
  return probed;
}

type Result = Pick<Probed, 'outcome' | 'said'>;
type Asked = { readonly kind: 'read' } | { readonly kind: 'find'; readonly attribute: string };

const listedOnly: Result = { outcome: 'skipped', said: 'it can only be listed, and a list holds customers' };

function askedOf({ read, find }: EntityCapabilities): Asked | undefined {
  if (read !== undefined) return { kind: 'read' };
  const [attribute] = find.keys();
  return attribute === undefined ? undefined : { kind: 'find', attribute };
}

async function ask(connector: Connector, entity: string, asked: Asked, { clock, deadline, invented, keyPath }: Probing): Promise<Result> {
  const call = { signal: AbortSignal.timeout(deadline), deadline: clock() + deadline, requestId: 'probe' };
  const fields = [keyPath(entity) ?? []].flat();
  if (asked.kind === 'read') {
    const [result] = await connector.read({ entity, keys: [sourceKey(invented)], fields }, call);
    if (result?.kind === 'failed') return failure(result.error);
    return result?.kind === 'absent' ? { outcome: 'answered', said: 'no such record, as expected' } : odd;
  }
  const [result] = await connector.find({ kind: 'match', entity, attribute: asked.attribute, values: [invented], fields, page: { size: 1, at: undefined } }, call);
  if (result?.kind === 'failed') return failure(result.error);
  return result?.rows.length === 0 ? { outcome: 'answered', said: 'no such record, as expected' } : odd;
}

const odd: Result = { outcome: 'odd', said: 'it gave a record for a key that was made up; how it is asked may be wrong' };

function failure(error: unknown): Result {
  const said = error instanceof SourceError ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : String(error);
  return { outcome: 'failed', said };
}
