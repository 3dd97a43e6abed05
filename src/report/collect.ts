import { getNamedType, isLeafType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { coordinate, type Coordinate } from '../ids.ts';
import type { Model } from '../schema/model.ts';
import { formOf, isOwn, nodeTypeOf } from '../schema/shape.ts';
import { listOf, nodeOf, textOf, type AnswerTree, type Node } from './answer-tree.ts';
import type { Step } from './document.ts';
import type { Gaps } from './gaps.ts';
import type { ReportRecord, ReportValue } from './report.ts';
import { isTold } from './told-classes.ts';

/** From where a value came. */
export interface Origin {
  readonly source: string | null;
  readonly readAt: string | null;
}

/** A further page of a connection, and what is known of where it belongs. */
export interface NextPage {
  readonly steps: readonly Step[];
  readonly parent: GraphQLObjectType;
  readonly connection: string;
  readonly after: string;
  /** How many of its rows are there already. */
  readonly offset: number;
  readonly place: Omit<Place, 'at'>;
}

/** Where an object stands. */
export interface Place {
  /** In the answer: `customer.invoices.edges.0.node`. */
  readonly at: string;
  /** Below the customer: `invoices.3`. */
  readonly path: string;
  /** The innermost record around it. */
  readonly within: string | null;
  readonly steps: readonly Step[];
  /** Undefined for the customer's own values: then each has its own. */
  readonly origin: Origin | undefined;
  readonly currency: string | null;
}

/** Turns answers into records. What it meets on the way goes to `records`, `gaps` and `pages`. */
export interface Collector {
  readonly customer: (tree: AnswerTree) => void;
  /** The rows of another page, in the answer to its document. */
  readonly page: (tree: AnswerTree, page: NextPage) => void;
  readonly records: ReportRecord[];
  /** Pages that are still to be asked for. */
  readonly pages: NextPage[];
}

/** Makes a collector for one report. `now` stands as time of reading at what the gateway itself keeps. */
export function openCollector({ schema, model, gaps, now }: {
  readonly schema: GraphQLSchema;
  readonly model: Model;
  readonly gaps: Gaps;
  /** RFC 3339. */
  readonly now: string;
}): Collector {
  const records: ReportRecord[] = [];
  const pages: NextPage[] = [];
  let provenance: ReadonlyMap<string, Origin> = new Map();

  /** Where the values of a field come from that say nothing of it themselves: its only source, or the gateway. */
  const originOf = (at: Coordinate): Origin => {
    const sources = new Set([...(model.values.get(at) ?? []), ...(model.rows.get(at) ?? []), ...(model.items.get(at) ?? [])].map(({ source }) => source));
    const [only, another] = sources;
    return only === undefined ? { source: null, readAt: now } : { source: another === undefined ? only : null, readAt: null };
  };

  const failedAt = (tree: AnswerTree, at: string, field: Coordinate): boolean => {
    const error = tree.errorAt(at);
    if (error !== undefined) gaps.failed(field, error);
    return error !== undefined;
  };

  const object = (tree: AnswerTree, type: GraphQLObjectType, data: Node, place: Place, held: Coordinate | null): void => {
    const isRecord = type.getInterfaces().some(({ name }) => name === 'Record');
    const mine: Place = { ...place, ...(isRecord ? { origin: recordOrigin(data, place.origin) } : {}), currency: currencyIn(type, data) ?? place.currency };
    const values: ReportValue[] = [];
    const record = { path: place.path, field: held, type: type.name, within: place.within, ...(isRecord ? recordFacts(data) : noFacts), values };
    // Before what lies in it.
    records.push(record);
    for (const [name, definition] of Object.entries(type.getFields())) {
      const at = coordinate(type.name, name);
      const place = `${mine.at}.${name}`;
      if (failedAt(tree, place, at) || data[name] === null || data[name] === undefined || !isTold(model.classes.get(at))) continue;
      if (isLeafType(getNamedType(definition.type))) values.push(...leaf(tree, at, definition, data[name], mine));
      else below(tree, { type, definition, at, value: data[name] }, mine);
    }
    if (values.length === 0 && held !== null && !records.some(({ within }) => within === record.path)) records.splice(records.indexOf(record), 1);
  };

  const leaf = (tree: AnswerTree, field: Coordinate, { name, type }: GraphQLField<unknown, unknown>, value: unknown, place: Place): readonly ReportValue[] => {
    const path = join(place.path, name);
    const origin = place.origin ?? provenance.get(path) ?? originOf(field);
    const mask = tree.maskAt(`${place.at}.${name}`) ?? null;
    if (mask !== null) gaps.add({ field, reason: 'MASKED', detail: mask });
    return (Array.isArray(value) ? value : [value]).flatMap((one: unknown, index) => (one === null || one === undefined ? [] : [{
      field, path: Array.isArray(value) ? `${path}.${index}` : path,
      dataClass: model.classes.get(field) ?? '', value: asText(one), type: getNamedType(type).name,
      currency: model.money.has(field) ? place.currency : null, inferred: model.inferred.has(field), mask, ...origin,
    }]));
  };

  const below = (tree: AnswerTree, { type, definition, at, value }: Below, place: Place): void => {
    const named = getNamedType(definition.type);
    const path = join(place.path, definition.name);
    const within = place.path === '' ? null : place.path;
    // Of a part of the customer each value has an origin of its own, as provenance tells it.
    const isPart = formOf(definition.type) === 'part' && !isOwn(type, definition.name);
    const inner: Place = { ...place, at: `${place.at}.${definition.name}`, path, within, origin: place.origin ?? (isPart ? undefined : originOf(at)) };
    if (nodeTypeOf(named) !== undefined) return connection(tree, { type, definition, at, value }, { place: inner, steps: place.steps, offset: 0, after: undefined });
    if (!Array.isArray(value)) return one(tree, named.name, value, { ...inner, steps: [...place.steps, { kind: 'part', name: definition.name }] }, at);
    for (const [index, item] of value.entries()) {
      const spot = { ...inner, at: `${inner.at}.${index}`, path: `${path}.${index}` };
      if (!failedAt(tree, spot.at, at)) one(tree, named.name, item, spot, at);
    }
  };

  const one = (tree: AnswerTree, typeName: string, value: unknown, place: Place, held: Coordinate): void => {
    const data = nodeOf(value);
    const type = schema.getType(textOf(data?.['__typename']) ?? typeName);
    if (data !== undefined && isObjectType(type)) object(tree, type, data, place, held);
  };

  const connection = (tree: AnswerTree, { type, definition, at, value }: Below, { place, steps, offset, after }: Rows): void => {
    const named = getNamedType(definition.type);
    const node = nodeTypeOf(named)?.name ?? '';
    let before = after;
    for (const [index, edge] of listOf(nodeOf(value)?.['edges']).entries()) {
      const row = nodeOf(edge)?.['node'];
      const spot = `${place.at}.edges.${index}`;
      if (!failedAt(tree, `${spot}.node`, at)) {
        const step: Step = { kind: 'row', name: definition.name, after: before, type: textOf(nodeOf(row)?.['__typename']) ?? node };
        one(tree, node, row, { ...place, at: `${spot}.node`, path: `${place.path}.${offset + index}`, steps: [...steps, step] }, at);
      }
      before = textOf(nodeOf(edge)?.['cursor']) ?? before;
    }
    const info = nodeOf(nodeOf(value)?.['pageInfo']);
    const end = textOf(info?.['endCursor']);
    if (info?.['hasNextPage'] !== true) return;
    const { at: _, ...rest } = place;
    if (end === null) gaps.add({ field: at, reason: 'BOUND' });
    else pages.push({ steps, parent: type, connection: definition.name, after: end, offset: offset + listOf(nodeOf(value)?.['edges']).length, place: rest });
  };

  return {
    records, pages,
    customer(tree) {
      const type = schema.getType('Customer');
      if (tree.customer === undefined || !isObjectType(type)) return;
      provenance = new Map(listOf(tree.customer['provenance']).map((told) => {
        const { path, source, observedAt } = nodeOf(told) ?? {};
        return [String(path), { source: textOf(nodeOf(source)?.['key']), readAt: textOf(observedAt) }];
      }));
      object(tree, type, tree.customer, { at: 'customer', path: '', within: null, steps: [], origin: undefined, currency: null }, null);
      for (const error of tree.others()) gaps.failed(undefined, error);
    },
    page(tree, { steps, parent, connection: name, after, offset, place }) {
      const definition = parent.getFields()[name];
      if (definition === undefined) return;
      const field = coordinate(parent.name, name);
      const found = steps.reduce<Found>(({ at, data }, step) => {
        const next = step.kind === 'part' ? `${at}.${step.name}` : `${at}.${step.name}.edges.0.node`;
        const value = nodeOf(data?.[step.name]);
        return { at: next, data: step.kind === 'part' ? value : nodeOf(nodeOf(listOf(value?.['edges'])[0])?.['node']) };
      }, { at: 'customer', data: tree.customer });
      const at = `${found.at}.${name}`;
      const value = found.data?.[name];
      const failed = failedAt(tree, at, field);
      const others = tree.others();
      if (!failed && nodeOf(value) !== undefined) connection(tree, { type: parent, definition, at: field, value }, { place: { ...place, at }, steps, offset, after });
      // Something above it is no longer there, or failed.
      else if (!failed && others.length === 0) gaps.add({ field, reason: 'MALFORMED' });
      for (const error of tree.others()) gaps.failed(field, error);
    },
  };
}

interface Below {
  readonly type: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly at: Coordinate;
  readonly value: unknown;
}

interface Rows {
  readonly place: Place;
  readonly steps: readonly Step[];
  readonly offset: number;
  readonly after: string | undefined;
}

interface Found {
  readonly at: string;
  readonly data: Node | undefined;
}

const noFacts = { remoteId: null, createdAt: null, changedAt: null, stale: false };

function recordFacts(data: Node): Pick<ReportRecord, 'remoteId' | 'createdAt' | 'changedAt' | 'stale'> {
  return { remoteId: textOf(data['remoteId']), createdAt: textOf(data['remoteCreatedAt']), changedAt: textOf(data['remoteUpdatedAt']), stale: data['stale'] === true };
}

/** What a record says of itself; where it may not be read, what is known otherwise. */
function recordOrigin(data: Node, otherwise: Origin | undefined): Origin {
  return { source: textOf(nodeOf(data['source'])?.['key']) ?? otherwise?.source ?? null, readAt: textOf(data['fetchedAt']) ?? otherwise?.readAt ?? null };
}

/** A leaf as text. A scalar of the deployment's own may be any JSON. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the amounts of an object are in. */
function currencyIn(type: GraphQLObjectType, data: Node): string | null {
  const field = Object.values(type.getFields()).find((one) => getNamedType(one.type).name === 'CurrencyCode');
  return field === undefined ? null : textOf(data[field.name]);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
