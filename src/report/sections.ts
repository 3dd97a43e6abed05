import { isObjectType, type GraphQLSchema } from 'graphql';
import { coordinate } from '../ids.ts';
import type { Model } from '../schema/model.ts';
import type { ReportRecord, ReportSection } from './report.ts';

/**
 * Lays records out by data class, in the schema's order: what lies in a record goes with it, and the customer's own values with
 * others of their class.
 */
export function sectionsOf({ records, schema, model }: { readonly records: readonly ReportRecord[]; readonly schema: GraphQLSchema; readonly model: Model }): readonly ReportSection[] {
  const places = placesOf(schema);
  const sorted = records.toSorted((one, other) => byPlace(places, one.path, other.path));
  const classOf = ({ path }: ReportRecord): string => model.classes.get(coordinate('Customer', path.split('.')[0] ?? '')) ?? '';
  return model.dataClasses.flatMap((dataClass) => {
    const own = sorted.filter(({ path }) => path === '')
      .map((record) => ({ ...record, values: record.values.filter((value) => value.dataClass === dataClass) }))
      .filter(({ values }) => values.length > 0);
    const below = sorted.filter((record) => record.path !== '' && classOf(record) === dataClass);
    return own.length + below.length === 0 ? [] : [{ dataClass, records: [...own, ...below] }];
  });
}

/** Where each field of the customer stands among the others. */
function placesOf(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const type = schema.getType('Customer');
  return new Map(isObjectType(type) ? Object.keys(type.getFields()).map((name, place) => [name, place]) : []);
}

/** The order of paths: by field of the customer, then by number and name; what lies in something comes behind it. */
function byPlace(places: ReadonlyMap<string, number>, one: string, other: string): number {
  const [left, right] = [one.split('.'), other.split('.')];
  const first = (places.get(left[0] ?? '') ?? -1) - (places.get(right[0] ?? '') ?? -1);
  if (first !== 0) return first;
  for (const [index, step] of left.entries()) {
    const there = right[index];
    if (there === undefined) return 1;
    if (step !== there) return Number(step) - Number(there) || (step < there ? -1 : 1);
  }
  return left.length - right.length;
}
