import type { SourceSettings } from '../config/source-file.ts';
import type { SourceName } from '../ids.ts';
import type { Planned } from '../federation/plan/plan.ts';
import { projectionOf, projectionOfRows } from '../federation/plan/projection.ts';
import type { Model } from '../schema/model.ts';
import { consentPaths } from '../federation/source-consents.ts';

/** One kind of call to a source: what is asked of it, and when. Of many keys it is one call for each batch. */
export interface PlannedCall {
  readonly source: SourceName;
  readonly entity: string;
  /** The attribute whose value is known, or `list`. */
  readonly by: string;
  readonly paths: readonly string[];
  readonly when: string;
}

/** Calls that start together, after what the waves before gave. */
export interface Wave {
  readonly name: string;
  readonly calls: readonly PlannedCall[];
}

/** The path of the key in the rows of an entity. */
export type KeyPath = (source: SourceName, entity: string) => string;

/** The reads of consent that come before it is decided what else is read. The page of a list tells it of the records that it is made of. */
export function consentWave({ consents }: Pick<Model, 'consents'>, purpose: string, keyPath: KeyPath, listed?: SourceSettings): Wave {
  return {
    name: 'consent',
    calls: (consents.get(purpose) ?? []).map((origin) => ({
      source: origin.source, entity: origin.entity, by: keyPath(origin.source, origin.entity), paths: consentPaths(origin),
      when: origin.source === listed?.name && origin.entity === listed.identity.entity ? 'where she has a further record there' : 'always',
    })),
  };
}

/** The reads of one customer's fields, of which nothing is open: her records and connections at once, then what hangs below rows. */
export function fieldWaves(fields: readonly Planned[], keyPath: KeyPath): readonly Wave[] {
  const { of, entities } = projectionOf(fields);
  const records = entities.map(({ source, entity, preferred }): PlannedCall => ({
    source, entity, by: keyPath(source, entity), paths: of(source, entity), when: preferred ? 'always' : 'where what is preferred has no value',
  }));
  const waves: Wave[] = [];
  for (let level = fields, depth = 0; ; depth += 1) {
    const rows = rowsIn(level);
    const calls = [
      ...(depth === 0 ? records : []),
      ...rows.map((one): PlannedCall => ({ source: one.origin.source, entity: one.origin.entity, by: one.origin.by, paths: projectionOfRows(one), when: 'always' })),
    ];
    if (calls.length > 0) waves.push({ name: depth === 0 ? 'records' : 'nested', calls });
    level = rows.flatMap(({ nodes }) => [...nodes.values()].flat());
    if (rows.length === 0) return waves;
  }
}

/** Waves of several plans, side by side: what is asked in the same way is asked once. */
export function together(all: readonly (readonly Wave[])[]): readonly Wave[] {
  const depth = Math.max(0, ...all.map((waves) => waves.length));
  return Array.from({ length: depth }, (_, place) => {
    const waves = all.flatMap((one) => one[place] ?? []);
    return { name: waves[0]?.name ?? '', calls: [...new Map(waves.flatMap(({ calls }) => calls).map((call) => [JSON.stringify(call), call])).values()] };
  });
}

/** The customer's own consents are shown after all else, for which every source that is the authority on one is asked. */
export function shownConsents({ consents }: Pick<Model, 'consents'>, fields: readonly Planned[], keyPath: KeyPath): Wave {
  const shown = fields.some(({ kind, field }) => kind === 'own' && field.at === 'Customer.consents');
  return { name: 'shown consents', calls: shown ? [...consents.keys()].flatMap((purpose) => consentWave({ consents }, purpose, keyPath).calls) : [] };
}

function rowsIn(fields: readonly Planned[]): Extract<Planned, { kind: 'rows' }>['origins'] {
  return fields.flatMap((one) => {
    switch (one.kind) {
      case 'rows': return one.origins;
      case 'part': return rowsIn(one.fields);
      case 'items': return one.origins.flatMap((item) => rowsIn(item.fields));
      case 'own': return [...one.below.values()].flatMap(rowsIn);
      case 'denied':
      case 'value':
      case 'open': return [];
    }
  });
}
