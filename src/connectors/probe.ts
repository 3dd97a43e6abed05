import { randomInt } from 'node:crypto';
import { SourceError } from '../errors.ts';
import { sourceKey, type SourceName } from '../ids.ts';
import { messageOf } from '../thrown.ts';
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

/** How a source is asked for what nobody has. */
export interface Probing {
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
    const asked = askedOf(can, probing.invented);
    const start = probing.clock();
    const result = asked === undefined ? notAsked(can) : await askForNobody(connector, entity, probing).then((there) => (there ? odd : nobody), failure);
    const by = asked?.kind === 'find' ? asked.attribute : (probing.keyPath(entity) ?? 'key');
    probed.push({ source: connector.source, entity, asked: asked === undefined ? 'nothing' : `${asked.kind} by ${by}`, took: probing.clock() - start, ...result });
  }
  return probed;
}

type Result = Pick<Probed, 'outcome' | 'said'>;
type Asked = { readonly kind: 'read' } | { readonly kind: 'find'; readonly attribute: string };

function notAsked({ read }: EntityCapabilities): Result {
  return { outcome: 'skipped', said: read === undefined ? 'it can only be listed, and a list holds customers' : 'it takes no key that was made up' };
}

function askedOf({ read, find }: EntityCapabilities, invented: string): Asked | undefined {
  if (read !== undefined && read.takes?.(invented) !== false) return { kind: 'read' };
  const [attribute] = find.keys();
  return attribute === undefined ? undefined : { kind: 'find', attribute };
}

/** Fifteen digits are a key in most systems, and one that nobody has. */
export function keyOfNobody(): string {
  return `9${Array.from({ length: 14 }, () => randomInt(10)).join('')}`;
}

/** Whether anything can be asked of an entity that would find nobody. */
export function canBeProbed(can: EntityCapabilities): boolean {
  return askedOf(can, keyOfNobody()) !== undefined;
}

/** Whether there is such a record after all. What cannot be asked for with what was made up is not. Rejects where the source did not answer. */
export async function askForNobody(connector: Connector, entity: string, { clock, deadline, invented, keyPath }: Probing): Promise<boolean> {
  const can = connector.capabilities.get(entity);
  const asked = can && askedOf(can, invented);
  if (asked === undefined) return false;
  const call = { signal: AbortSignal.timeout(deadline), deadline: clock() + deadline, requestId: 'probe' };
  const fields = [keyPath(entity) ?? []].flat();
  if (asked.kind === 'read') {
    const [result] = await connector.read({ entity, keys: [sourceKey(invented)], fields }, call);
    if (result?.kind === 'failed') throw result.error;
    return result?.kind !== 'absent';
  }
  const [result] = await connector.find({ kind: 'match', entity, attribute: asked.attribute, values: [invented], fields, page: { size: 1, at: undefined } }, call);
  if (result?.kind === 'failed') throw result.error;
  return result?.rows.length !== 0;
}

const nobody: Result = { outcome: 'answered', said: 'no such record, as expected' };
const odd: Result = { outcome: 'odd', said: 'it gave a record for a key that was made up; how it is asked may be wrong' };

/** Where the question itself does not fit, the source's own words tell why. Of a customer they hold nothing here: the key was made up. */
function failure(error: unknown): Result {
  if (!(error instanceof SourceError)) return { outcome: 'failed', said: messageOf(error) };
  const why = error.fault === 'request' && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return { outcome: 'failed', said: `${error.code}: ${error.message}${why}` };
}
