import { isObjectType } from 'graphql';
import type { Use } from '../../audit/use-in.ts';
import type { Coordinate } from '../../ids.ts';
import type { Model } from '../../schema/model.ts';
import { alwaysReadable, formOf, isStructure } from '../../schema/shape.ts';
import type { OperationContext } from '../operation-context.ts';

/**
 * A use of a customer's data as data of `DataUse`; undefined where nothing was told but her id in the gateway. Recipients are named
 * and colleagues are not (GDPR Art. 15(1)(c); CJEU C-154/21 and C-579/21).
 */
export function describeUse({ model, purposes }: Pick<OperationContext, 'model' | 'purposes'>, { use, own }: { readonly use: Use; readonly own: boolean }): Readonly<Record<string, unknown>> | undefined {
  const [plain, masked] = [kindsOf(model, use.permitted), kindsOf(model, use.masked)];
  const formerFields = [...new Set([...plain.former, ...masked.former])].sort();
  if (plain.classes.length + masked.classes.length + formerFields.length === 0) return undefined;
  const { kind, audience, roles } = use.caller;
  return {
    at: new Date(use.at).toISOString(), purpose: use.purpose, purposeDescription: purposes.get(use.purpose)?.description ?? null, legalBasis: use.legalBasis,
    by: own ? 'SELF' : kind.toUpperCase(),
    roles: kind === 'staff' ? roles : [], recipient: kind === 'partner' ? audience : null,
    disclosed: plain.classes, masked: masked.classes, formerFields, emergency: use.inEmergency,
  };
}

/** The data classes of fields, and those that the schema no longer has. An object tells nothing but what its own fields do. */
function kindsOf({ classes, schema }: Pick<Model, 'classes' | 'schema'>, fields: readonly string[]): { readonly classes: readonly string[]; readonly former: readonly string[] } {
  const found = new Set<string>();
  const former: string[] = [];
  for (const at of fields) {
    const [typeName = '', name = ''] = at.split('.');
    if (at === alwaysReadable || isStructure({ name: typeName })) continue;
    const dataClass = classes.get(at as Coordinate);
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    if (dataClass === undefined) former.push(at);
    else if (field === undefined || formOf(field.type) !== 'part') found.add(dataClass.toUpperCase());
  }
  return { classes: [...found].sort(), former };
}
