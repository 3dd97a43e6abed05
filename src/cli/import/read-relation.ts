import { z } from 'zod';
import { plainName } from '../../parse/shapes.ts';
import type { Relation } from '../../store/facts.ts';
import type { KnownColumns } from './columns.ts';
import { collected, endsLater, endsTooEarly, instant, oneOf, understand, type Values } from './read-values.ts';

/** What a file of relations says beside whose they are. */
export const relationColumns: KnownColumns['values'] = new Map([
  ['relation', 'required'], ['party', 'required'], ['status', 'required'], ['source', 'required'], ['collectedAt', 'required'],
  ['expiresAt', 'optional'], ['evidence', 'optional'],
]);

/** Reads what a row says; a text says what is wrong with it. */
export function relationReader({ partners, clock }: { readonly partners: ReadonlySet<string>; readonly clock: () => number }): (values: Values) => Relation | string {
  const said = { status: oneOf(['HOLDS', 'ENDED']), ...collected(clock), expiresAt: instant.optional() };
  const known = partners.size === 0 ? 'expected the audience of a partner, of which the deployment has none' : `expected the audience of a partner: ${[...partners].join(', ')}`;
  const partner = z.string(known).refine((name) => partners.has(name), known);
  const shape = z
    .discriminatedUnion('relation', [
      z.strictObject({ ...said, relation: oneOf(['PARTNER']), party: partner }),
      z.strictObject({ ...said, relation: oneOf(['REGION']), party: plainName }),
    ], 'expected one of PARTNER, REGION')
    .refine(endsLater, endsTooEarly)
    .transform(({ collectedAt: at, ...rest }): Relation => ({ kind: 'relation', method: 'IMPORTED', ...rest, at }));
  return (values) => understand(shape, values);
}
