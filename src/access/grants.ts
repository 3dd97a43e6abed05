import type { AccessRecord } from '../store/access.ts';
import { requestsIn } from './request-state.ts';

/** What a caller has been given beyond her roles, for one purpose. */
export interface Grants {
  /** The requests and emergencies in force, by their ids. */
  readonly ids: readonly string[];
  readonly fields: ReadonlySet<string>;
  /** The customers of whom she has stated an emergency. */
  readonly emergencies: ReadonlySet<string>;
}

/** Nothing beyond her roles. */
export const noGrants: Grants = { ids: [], fields: new Set(), emergencies: new Set() };

/** The records about one caller → what is in force for a purpose at `now` (in milliseconds). */
export function grantsIn(records: readonly AccessRecord[], purpose: string, now: number): Grants {
  if (records.length === 0) return noGrants;
  const inForce = requestsIn(records, now).filter(({ state, asked }) => state === 'APPROVED' && asked.purpose === purpose);
  return {
    ids: inForce.map(({ asked }) => asked.request).sort(),
    fields: new Set(inForce.flatMap(({ fields }) => fields)),
    emergencies: new Set(inForce.flatMap(({ asked }) => (asked.kind === 'emergency' ? [asked.customer] : []))),
  };
}
