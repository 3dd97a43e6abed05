import type { Faults } from '../../parse/faults.ts';
import type { EntityCapabilities } from '../connector.ts';
import { mergedOf, mergedPath, type Merged } from '../http/merged.ts';
import { compilePattern } from '../http/operations.ts';
import { pagingOf, type Paging } from '../http/paging.ts';
import { pick, type Comparison } from '../row.ts';
import { readDocument, type QueryDocument } from './document.ts';
import type { EntitySettings, FindSettings, ListSettings, PagingSettings, ReadSettings } from './settings.ts';
import type { Json } from './variables.ts';

/** What every call needs: the query, and where in an answer the rows are. */
export interface Operation {
  /** The operation as operators know it. */
  readonly label: string;
  readonly document: QueryDocument;
  readonly rows: readonly string[];
}

/** One that is given keys or values: `key` and `value` are one a copy of the root field, `keys` and `values` all in one list. */
export interface BatchOperation extends Operation {
  readonly placeholder: 'key' | 'keys' | 'value' | 'values';
  readonly batch: number;
}

export interface ReadOperation extends BatchOperation {
  readonly merged: Merged;
}

export interface PagedOperation extends Operation {
  readonly paging: Paging;
  readonly pageSize: number;
}

export interface FindOperation extends BatchOperation, PagedOperation {
  /** Undefined where the deployment vouches for the source's answer. */
  readonly match: readonly string[] | undefined;
  readonly compare: Comparison;
}

export interface ListOperation extends PagedOperation {
  /** The variable of each filter. */
  readonly filters: ReadonlyMap<string, string>;
  readonly orders: ReadonlyMap<string, { readonly asc: Json; readonly desc: Json }>;
}

/** One entity of a GraphQL source, with its queries read. */
export interface GraphqlEntity {
  readonly key: readonly string[];
  readonly keyPattern: RegExp | undefined;
  readonly read: ReadOperation | undefined;
  readonly find: ReadonlyMap<string, FindOperation>;
  readonly list: ListOperation | undefined;
}

const namePath = /^[_A-Za-z]\w*(\.[_A-Za-z]\w*)*$/;

/** True for a path that can be written as a selection. */
export const isSelectable = (path: string): boolean => namePath.test(path);

/** Reads an entity's queries; what is wrong with them becomes faults, and then what is returned is of no use. */
export function compileEntity(name: string, key: string, settings: EntitySettings, faults: Faults): GraphqlEntity {
  const { read, find, list } = settings;
  if (read === undefined && list === undefined && Object.keys(find).length === 0) faults.add('', 'expected at least one of "read", "find" and "list"');
  if (!isSelectable(key)) faults.add('key', `expected a path of field names, got ${JSON.stringify(key)}`);
  const finds = Object.entries(find).flatMap(([attribute, each]) => {
    const operation = compileFind(`${name} by ${attribute}`, each, faults.at(`find.${attribute}`));
    return operation === undefined ? [] : [[attribute, operation] as const];
  });
  return {
    key: key.split('.'),
    keyPattern: compilePattern(settings.keyPattern, faults),
    read: read && compileRead(`${name} by key`, read, faults.at('read')),
    find: new Map(finds),
    list: list && compileList(`list of ${name}`, list, faults.at('list')),
  };
}

/** What the waist is told of an entity. */
export function capabilitiesOf({ keyPattern, read, find, list }: GraphqlEntity): EntityCapabilities {
  return {
    projects: true,
    read: read && { batch: read.batch, takes: keyPattern && ((key) => keyPattern.test(key)) },
    find: new Map([...find].map(([name, { batch, pageSize }]) => [name, { batch, pageSize }])),
    list: list && { pageSize: list.pageSize, filters: [...list.filters.keys()], orders: [...list.orders.keys()] },
  };
}

function compileRead(label: string, settings: ReadSettings, faults: Faults): ReadOperation | undefined {
  const document = readDocument(settings.query, { allowed: ['key', 'keys'], repeated: ['key'] }, faults.at('query'));
  if (document === undefined) return undefined;
  const placeholder = oneOf(document, ['key', 'keys'], faults);
  const batch = batchOf(settings.batch, placeholder, faults);
  return { label, document, rows: pathIn(document, settings.rows, faults.at('rows')), placeholder, batch, merged: compileMerged(settings.merged, batch, faults.at('merged')) };
}

function compileMerged(settings: ReadSettings['merged'], batch: number, faults: Faults): Merged {
  const merged = mergedOf(settings, batch, faults);
  const path = mergedPath(merged)?.join('.');
  if (path !== undefined && !isSelectable(path)) faults.add('', `expected a path of field names, got ${JSON.stringify(path)}`);
  return merged;
}

function compileFind(label: string, settings: FindSettings, faults: Faults): FindOperation | undefined {
  const document = readDocument(settings.query, { allowed: ['value', 'values', 'size', 'at'], repeated: ['value'] }, faults.at('query'));
  if (document === undefined) return undefined;
  const placeholder = oneOf(document, ['value', 'values'], faults);
  if (placeholder === 'values' && settings.match === 'none') faults.add('match', 'with $values each row must show which value it belongs to, got none');
  if (placeholder === 'values' && settings.paging !== undefined) faults.add('paging', 'with $values the values would share their pages; use $value');
  if (!isSelectable(settings.match)) faults.add('match', `expected a path of field names, got ${JSON.stringify(settings.match)}`);
  return {
    label, document, placeholder, batch: batchOf(settings.batch, placeholder, faults), ...pagedParts(document, settings, faults),
    match: settings.match === 'none' ? undefined : settings.match.split('.'), compare: settings.compare,
  };
}

function compileList(label: string, settings: ListSettings, faults: Faults): ListOperation | undefined {
  const filters = Object.entries(settings.filters);
  const allowed = ['size', 'at', 'order', ...filters.map(([, variable]) => variable)];
  const document = readDocument(settings.query, { allowed, repeated: [] }, faults.at('query'));
  if (document === undefined) return undefined;
  for (const [name, variable] of filters) {
    if (!document.variables.has(variable)) faults.add(`filters.${name}`, `the query does not declare $${variable}`);
    else mustBeOptional(document, variable, faults.at('query'));
  }
  if (Object.keys(settings.orders).length > 0 && !document.variables.has('order')) faults.add('orders', 'the query does not declare $order');
  mustBeOptional(document, 'order', faults.at('query'));
  return {
    label, document, ...pagedParts(document, settings, faults), filters: new Map(filters), orders: new Map(Object.entries(settings.orders)),
  };
}

function pagedParts(document: QueryDocument, settings: FindSettings | ListSettings, faults: Faults): Pick<PagedOperation, 'rows' | 'paging' | 'pageSize'> {
  const { paging, pageSize } = settings;
  const has = (name: string): boolean => document.variables.has(name);
  if (paging === undefined && has('at')) faults.add('paging', 'missing; with $at expected how the source continues');
  if (paging !== undefined && !has('at')) faults.add('paging', 'the query must use $at, or every page would be the first');
  // The first page of a cursor's has nothing to be given; an offset's is 0.
  if (paging !== undefined && 'cursor' in paging) {
    mustBeOptional(document, 'at', faults.at('query'));
    for (const name of ['cursor', 'more'] as const) {
      const path = paging[name];
      if (path !== undefined) pathIn(document, path, faults.at(`paging.${name}`));
    }
  }
  return { rows: pathIn(document, settings.rows, faults.at('rows')), paging: compilePaging(paging), pageSize };
}

function compilePaging(settings: PagingSettings | undefined): Paging {
  if (settings === undefined || !('cursor' in settings)) return pagingOf(settings);
  const paging = pagingOf({ cursor: settings.cursor });
  const more = settings.more?.split('.');
  if (more === undefined) return paging;
  return {
    position: (at) => paging.position(at),
    next: (page) => {
      if (pick(page.answer, more) !== true) return { at: undefined };
      const next = paging.next(page);
      return next !== 'malformed' && next.at === undefined ? 'malformed' : next;
    },
  };
}

function pathIn({ root }: QueryDocument, path: string, faults: Faults): readonly string[] {
  const steps = path.split('.');
  if (steps[0] !== root) faults.add('', `expected a path that starts with the query's field "${root}", got ${JSON.stringify(path)}`);
  return steps;
}

function mustBeOptional({ variables }: QueryDocument, name: string, faults: Faults): void {
  if (variables.get(name)?.optional === false) faults.add('', `$${name} is not always given; expected a type without "!"`);
}

function oneOf<One extends 'key' | 'value', Many extends 'keys' | 'values'>({ variables }: QueryDocument, [one, many]: readonly [One, Many], faults: Faults): One | Many {
  if (variables.has(one) === variables.has(many)) faults.add('query', `expected the query to use either $${one} or $${many}`);
  const placeholder = variables.has(many) ? many : one;
  if (variables.has(placeholder) && variables.get(placeholder)?.list !== (placeholder === many)) {
    faults.add('query', placeholder === many ? `expected $${many} to be a list` : `expected $${one} not to be a list`);
  }
  return placeholder;
}

/** One of several in a list needs the source's word on how many; copies of a field are ours to count. */
function batchOf(batch: number | undefined, placeholder: BatchOperation['placeholder'], faults: Faults): number {
  if (batch === undefined && (placeholder === 'keys' || placeholder === 'values')) faults.add('batch', `missing; expected how many $${placeholder} one call takes`);
  return batch ?? 1;
}
