import type { SourceName } from '../../ids.ts';
import type { Planned, PlannedItems, PlannedRows } from './plan.ts';

/** What is asked of each entity that the fields of one object may be read from: by source and entity, the paths. */
export interface Projection {
  of(source: SourceName, entity: string): readonly string[];
  /** The entities, in the order in which fields need them. */
  readonly entities: readonly ProjectedEntity[];
}

export interface ProjectedEntity {
  readonly source: SourceName;
  readonly entity: string;
  /** The paths that are asked for. */
  readonly fields: readonly string[];
  /** True where some field prefers it; else it is read only where what is preferred has no value. */
  readonly preferred: boolean;
}

/**
 * All paths that the planned fields may need; what is still open is not among them. Those of a source that is only a second choice are included, since they cost
 * nothing when its entity is read anyway; whether it is read at all is decided value by value.
 */
export function projectionOf(planned: readonly Planned[]): Projection {
  const paths = new Map<string, Set<string>>();
  const entities = new Map<string, Omit<ProjectedEntity, 'fields'>>();
  const add = ({ source, entity }: { readonly source: SourceName; readonly entity: string }, more: readonly string[], preferred: boolean): void => {
    const key = entityKey(source, entity);
    const known = paths.get(key) ?? new Set();
    for (const path of more) known.add(path);
    paths.set(key, known);
    entities.set(key, { source, entity, preferred: preferred || entities.get(key)?.preferred === true });
  };
  const collect = (fields: readonly Planned[]): void => {
    for (const one of fields) {
      switch (one.kind) {
        case 'value':
          for (const [place, origin] of one.origins.entries()) add(origin, origin.paths, place === 0);
          break;
        case 'part':
          collect(one.fields);
          break;
        case 'items':
          for (const item of one.origins) add(item.origin, [...item.countedBy.flatMap(({ origin }) => origin.paths), ...valuePaths(item)], true);
          break;
        case 'denied':
        case 'open':
        case 'own':
        case 'rows':
          break;
      }
    }
  };
  collect(planned);
  const all = [...entities].map(([key, one]): ProjectedEntity => ({ ...one, fields: [...paths.get(key) ?? []].sort() }));
  return { of: (source, entity) => all.find((one) => one.entity === entity && one.source === source)?.fields ?? none, entities: all };
}

const none: readonly string[] = [];

const ofRows = new WeakMap<PlannedRows, readonly string[]>();

/** The paths that are asked for of the rows of a connection. */
export function projectionOfRows(rows: PlannedRows): readonly string[] {
  const { origin, nodes } = rows;
  const known = ofRows.get(rows) ?? [...new Set([...nodes.values()].flatMap((fields) => projectionOf(fields).of(origin.source, origin.entity)))].sort();
  ofRows.set(rows, known);
  return known;
}

/** One text for a source's entity; a source's name holds no space. */
export function entityKey(source: SourceName, entity: string): string {
  return `${source} ${entity}`;
}

function valuePaths(item: PlannedItems): readonly string[] {
  const below = (fields: readonly Planned[]): readonly string[] =>
    fields.flatMap((one) => {
      if (one.kind === 'value') return one.origins.flatMap((origin) => origin.paths);
      return one.kind === 'part' ? below(one.fields) : [];
    });
  return below(item.fields);
}
