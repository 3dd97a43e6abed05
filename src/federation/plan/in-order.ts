import type { Coordinate } from '../../ids.ts';
import type { Planned } from './plan.ts';

/** The fields of a customer, by when they can be resolved. */
export interface FieldsInOrder {
  /** They make calls of their own. */
  readonly waiting: readonly Planned[];
  /** Her records are all they need. */
  readonly plain: readonly Planned[];
  /** The gateway fills them for the customer as a whole. Some tell how the others fared, so all of them come after those. */
  readonly after: readonly Planned[];
  /** Whether it is among these where values come from. */
  readonly provenance: boolean;
}

/** What was recorded of a customer. */
export const consentFields: readonly Coordinate[] = ['Customer.consents', 'Customer.objections', 'Customer.restrictions', 'Customer.consentHistory', 'Customer.relations'];

const afterwards: ReadonlySet<Coordinate> = new Set(['Customer.completeness', 'Customer.provenance', 'Customer.identities', 'Customer.linkHistory', ...consentFields]);

/** Puts them in order. */
export function inOrder(fields: readonly Planned[]): FieldsInOrder {
  const [after, others] = parted(fields, ({ field }) => afterwards.has(field.at));
  const [waiting, plain] = parted(others, (one) => one.kind === 'own' || makesCalls(one));
  return { waiting, plain, after, provenance: after.some(({ field }) => field.name === 'provenance') };
}

function parted<One>(all: readonly One[], is: (one: One) => boolean): readonly [readonly One[], readonly One[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}

function makesCalls(planned: Planned): boolean {
  switch (planned.kind) {
    case 'rows': return true;
    case 'part': return planned.fields.some(makesCalls);
    case 'items': return planned.origins.some((origin) => origin.fields.some(makesCalls));
    case 'value':
    case 'own':
    case 'denied':
    case 'open': return false;
  }
}
