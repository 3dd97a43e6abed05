import { isObjectType, TypeNameMetaFieldDef } from 'graphql';
import type { Denied, EarlyDecision } from '../../authorization/decision.ts';
import type { MaskName } from '../../authorization/masks/mask.ts';
import { coordinate, type Coordinate, type SourceName } from '../../ids.ts';
import type { SelectedField } from '../../selection/select.ts';
import type { ItemsOrigin, Model, RowsOrigin, ValueOrigin } from '../../schema/model.ts';
import { alwaysReadable, formOf, isOwn } from '../../schema/shape.ts';

/** What is to be done for one selected field, decided before anything is asked of the store or of a source. */
export type Planned =
  | {
      readonly kind: 'denied';
      readonly field: SelectedField;
      readonly decision: Denied;
      readonly sources: readonly SourceName[];
      /** True when it was the customer's own facts that decided. */
      readonly dependsOnCustomer: boolean;
      /** What else a grant has to open for all that is selected here. */
      readonly alsoAsk?: readonly Coordinate[];
    }
  /** Left open until the customer is known; `granted` is what is to be done if it is allowed. */
  | { readonly kind: 'open'; readonly field: SelectedField; readonly sources: readonly SourceName[]; readonly granted: Granted }
  | Granted;

/** What is done for a field that may be read. Of one that is governed, `policies` are those that permitted it. */
export type Granted = { readonly policies?: readonly string[] } & (
  | { readonly kind: 'own'; readonly field: SelectedField; readonly mask: MaskName | undefined; readonly below: ReadonlyMap<string, readonly Planned[]> }
  | { readonly kind: 'value'; readonly field: SelectedField; readonly mask: MaskName | undefined; readonly origins: readonly ValueOrigin[] }
  | { readonly kind: 'part'; readonly field: SelectedField; readonly fields: readonly Planned[] }
  | { readonly kind: 'items'; readonly field: SelectedField; readonly origins: readonly PlannedItems[] }
  | { readonly kind: 'rows'; readonly field: SelectedField; readonly origins: readonly PlannedRows[] }
);

/** A list within a row. */
export interface PlannedItems {
  readonly origin: ItemsOrigin;
  readonly type: string;
  /**
   * Fields of the items that tell how many there are: the first alone, or where that may not be read, whichever of the others may.
   * Whether a value is there is as secret as the value, and it is not fetched only to be counted.
   */
  readonly countedBy: readonly { readonly field: Coordinate; readonly origin: ValueOrigin }[];
  readonly fields: readonly Planned[];
}

/** The rows of one source for a connection. Each `node` field has a plan of its own: aliases may select differently. */
export interface PlannedRows {
  readonly origin: RowsOrigin;
  readonly nodes: ReadonlyMap<SelectedField, readonly Planned[]>;
}

/** What the fields of an object are read from. */
type Subject =
  | { readonly kind: 'customer' }
  | { readonly kind: 'row'; readonly source: SourceName; readonly entity: string }
  | { readonly kind: 'gathered'; readonly fields: ReadonlyMap<string, ValueOrigin> };

/** Makes the planner of one operation; `reads` says what caller and purpose decide of reading a field. */
export function makePlanner(model: Model, reads: (field: Coordinate) => EarlyDecision): {
  readonly customer: (fields: readonly SelectedField[]) => readonly Planned[];
  readonly own: (type: string, fields: readonly SelectedField[]) => readonly Planned[];
} {
  const planFields = (type: string, fields: readonly SelectedField[], subject: Subject): readonly Planned[] =>
    fields.filter((field) => field.definition !== TypeNameMetaFieldDef).map((field) => planField(type, field, subject));

  const planField = (typeName: string, field: SelectedField, subject: Subject): Planned => {
    if (!model.classes.has(field.at) || field.at === alwaysReadable) return planGranted(typeName, field, { subject, mask: undefined });
    const decision = reads(field.at);
    switch (decision.kind) {
      case 'allow':
        return { ...planGranted(typeName, field, { subject, mask: decision.mask }), policies: decision.policies };
      case 'deny':
        return { kind: 'denied', field, decision, sources: [...new Set(sourcesOf(field))], dependsOnCustomer: false, ...(decision.grantable ? { alsoAsk: grantableBelow(field, decision) } : {}) };
      case 'open':
        return { kind: 'open', field, sources: [...new Set(sourcesOf(field))], granted: planGranted(typeName, field, { subject, mask: undefined }) };
    }
  };

  const planGranted = (typeName: string, field: SelectedField, { subject, mask }: { readonly subject: Subject; readonly mask: MaskName | undefined }): Granted => {
    const type = model.schema.getType(typeName);
    if (isObjectType(type) && isOwn(type, field.name)) return { kind: 'own', field, mask, below: planOwn(field) };
    switch (formOf(field.definition.type)) {
      case 'leaf':
        return { kind: 'value', field, mask, origins: valuesOf(field, subject) };
      case 'part':
        return { kind: 'part', field, fields: planFields(field.type, field.below.get(field.type) ?? [], subject) };
      case 'list':
        return { kind: 'items', field, origins: itemsOf(field, subject).map((one) => planItems(field, one)) };
      case 'connection':
        return { kind: 'rows', field, origins: (model.rows.get(field.at) ?? []).filter((one) => follows(one, subject)).map((one) => planRows(field, one)) };
    }
  };

  const planOwn = (field: SelectedField): ReadonlyMap<string, readonly Planned[]> =>
    new Map([...field.below].map(([type, fields]) => [type, planFields(type, fields, { kind: 'gathered', fields: new Map() })]));

  const valuesOf = (field: SelectedField, subject: Subject): readonly ValueOrigin[] => {
    if (subject.kind === 'gathered') return [subject.fields.get(field.name) ?? []].flat();
    return (model.values.get(field.at) ?? []).filter((one) => fits(one, subject) || isConstantOf(one, subject));
  };

  /** An item of a type that does not exist for the caller's audience is none of its items. */
  const itemsOf = (field: SelectedField, subject: Subject): readonly ItemsOrigin[] =>
    (model.items.get(field.at) ?? []).filter((one) => fits(one, subject) && (one.kind === 'embedded' || field.below.has(one.type)));

  const planItems = (field: SelectedField, origin: ItemsOrigin): PlannedItems => {
    if (origin.kind === 'gathered') {
      const fields = planFields(origin.type, field.below.get(origin.type) ?? [], origin);
      const countedBy = [...origin.fields].map(([name, from]) => ({ field: coordinate(origin.type, name), origin: from }));
      // When its record was changed says nothing of whether the item is there.
      return { origin, type: origin.type, countedBy: countedBy.filter((one) => one.origin.paths.length > 0 && model.classes.get(one.field) !== 'lineage'), fields };
    }
    const subject: Subject = { kind: 'row', source: origin.source, entity: origin.entity };
    const fields = planFields(field.type, field.below.get(field.type) ?? [], subject);
    return { origin, type: field.type, countedBy: mappedBelow(origin.path, field.type, subject), fields };
  };

  /** The mapped fields within a list, to count its items by: a list itself cannot be asked for in every protocol. */
  const mappedBelow = (path: string, type: string, subject: Subject): PlannedItems['countedBy'] =>
    [...model.values].filter(([at]) => at.startsWith(`${type}.`)).flatMap(([field, origins]) => {
      const origin = origins.find((one) => fits(one, subject) && one.paths.some((from) => from.startsWith(`${path}.`)));
      return origin === undefined ? [] : [{ field, origin: { ...origin, paths: origin.paths.filter((from) => from.startsWith(`${path}.`)).slice(0, 1) } }];
    });

  const planRows = (field: SelectedField, origin: RowsOrigin): PlannedRows => {
    const nodes = new Map<SelectedField, readonly Planned[]>();
    for (const node of nodeFields(field)) {
      const subject: Subject = { kind: 'row', source: origin.source, entity: origin.entity };
      nodes.set(node, planFields(node.type, node.below.get(node.type) ?? [], subject));
    }
    return { origin, nodes };
  };

  /** What is selected below a denied field and denied by itself, but that a grant could open about which the same people decide. */
  const grantableBelow = (field: SelectedField, denied: Denied): readonly Coordinate[] => [...field.below.values()].flat().flatMap((one) => {
    const decision = model.classes.has(one.at) && one.at !== alwaysReadable ? reads(one.at) : undefined;
    const isAlike = decision?.kind === 'deny' && decision.grantable && decision.ask.join() === denied.ask.join();
    return [...isAlike ? [one.at] : [], ...grantableBelow(one, denied)];
  });

  /** The sources that a field, or anything selected below it, would have been read from. */
  const sourcesOf = (field: SelectedField): readonly SourceName[] => [
    ...[model.values.get(field.at), model.rows.get(field.at), model.items.get(field.at)].flatMap((origins) => (origins?.[0] === undefined ? [] : [origins[0].source])),
    ...[...field.below.values()].flat().flatMap(sourcesOf),
  ];

  return {
    customer: (fields) => planFields('Customer', fields, { kind: 'customer' }),
    own: (type, fields) => planFields(type, fields, { kind: 'gathered', fields: new Map() }),
  };
}

/** The `node` fields below a connection, under whatever names they were selected. */
export function nodeFields(connection: SelectedField): readonly SelectedField[] {
  const below = (field: SelectedField): readonly SelectedField[] => field.below.get(field.type) ?? [];
  return below(connection).filter((one) => one.name === 'edges').flatMap(below).filter((one) => one.name === 'node');
}

function fits(origin: { readonly source: SourceName; readonly entity: string }, subject: Subject): boolean {
  switch (subject.kind) {
    case 'customer': return true;
    case 'row': return origin.source === subject.source && origin.entity === subject.entity;
    case 'gathered': return false;
  }
}

/** A constant comes from no entity: it holds for every record of its source that has the field. */
function isConstantOf(origin: ValueOrigin, subject: Subject): boolean {
  return subject.kind === 'row' && origin.source === subject.source && origin.paths.length === 0;
}

function follows(origin: RowsOrigin, subject: Subject): boolean {
  return subject.kind === 'customer' || (subject.kind === 'row' && origin.source === subject.source);
}
