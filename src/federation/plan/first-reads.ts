import type { SourceName } from '../../ids.ts';
import type { Planned } from './plan.ts';
import { projectionOf, projectionOfRows } from './projection.ts';

/** Reads that are made of every customer with a plan who is linked to all of `linked`, as soon as her links are known, whatever sources answer. */
export interface FirstRead {
  readonly source: SourceName;
  readonly entity: string;
  /** The attribute that the keys are values of; undefined where rows are read by their own key. */
  readonly by: string | undefined;
  /** Reads of one name travel together, as many keys in a call as the source takes. */
  readonly name: string;
  readonly linked: readonly SourceName[];
}

const known = new WeakMap<readonly Planned[], readonly FirstRead[]>();

/**
 * The first reads under a plan of which nothing is open. What is read only if something else has no value, what hangs below rows and what
 * begins at a cursor is not among them: whether it is read cannot be known before.
 */
export function firstReads(fields: readonly Planned[], maxFirst: number): readonly FirstRead[] {
  const made = known.get(fields) ?? [...recordsOf(fields), ...connectionsOf(fields, maxFirst)];
  known.set(fields, made);
  return made;
}

function recordsOf(fields: readonly Planned[]): readonly FirstRead[] {
  const { entities } = projectionOf(fields);
  return entities.filter(({ preferred }) => preferred).map(({ source, entity, fields: paths }) => ({
    source, entity, by: undefined, name: JSON.stringify([source, entity, paths]), linked: [source],
  }));
}

/** Of several sources the rows of the first come first; those of the others may not be needed, and where one cannot be asked none is. */
function connectionsOf(fields: readonly Planned[], maxFirst: number): readonly FirstRead[] {
  return fields.flatMap((one): readonly FirstRead[] => {
    if (one.kind === 'part') return connectionsOf(one.fields, maxFirst);
    if (one.kind !== 'rows') return [];
    const [rows] = one.origins;
    const { first, after } = one.field.arguments;
    if (rows === undefined || typeof first !== 'number' || first < 0 || first > maxFirst || (after !== undefined && after !== null)) return [];
    const { source, entity, by } = rows.origin;
    return [{ source, entity, by, name: JSON.stringify([source, entity, by, projectionOfRows(rows), first]), linked: one.origins.map(({ origin }) => origin.source) }];
  });
}
