import type { Faults } from '../../parse/faults.ts';
import type { EntityCapabilities } from '../connector.ts';
import type { Comparison } from '../row.ts';
import { mergedOf, type Merged } from './merged.ts';
import { pagingOf, type Paging } from './paging.ts';
import { compileParts, compileRequest, type FilterParts, type RequestTemplate } from './request.ts';
import { compileRows, type FindRows } from './rows.ts';
import type { EntitySettings, ErrorSettings, FindSettings, ListSettings, ReadSettings } from './settings.ts';
import { compileTree, scopeAt, type Placeholder } from './template.ts';
import { messageOf } from '../../thrown.ts';

/** What every call needs: the request, where the rows are, and where the answer may say that it failed. */
export interface Operation {
  readonly request: RequestTemplate;
  readonly rows: FindRows;
  readonly error: ErrorSettings | undefined;
}

export interface ReadOperation extends Operation {
  readonly placeholder: 'key' | 'keys';
  readonly batch: number;
  readonly rowError: string | undefined;
  readonly merged: Merged;
}

export interface PagedOperation extends Operation {
  readonly paging: Paging;
  readonly pageSize: number;
}

export interface FindOperation extends PagedOperation {
  readonly placeholder: 'value' | 'values';
  readonly batch: number;
  /** Undefined where the deployment vouches for the source's answer. */
  readonly match: readonly string[] | undefined;
  readonly compare: Comparison;
}

export interface ListOperation extends PagedOperation {
  readonly filters: ReadonlyMap<string, FilterParts>;
  readonly orders: ReadonlyMap<string, { readonly asc: string; readonly desc: string }>;
}

/** One entity of an http source, with its templates compiled. */
export interface HttpEntity {
  readonly key: readonly string[];
  readonly keyPattern: RegExp | undefined;
  readonly read: ReadOperation | undefined;
  readonly find: ReadonlyMap<string, FindOperation>;
  readonly list: ListOperation | undefined;
}

/** Compiles an entity; what is wrong with it becomes faults. */
export function compileEntity(key: string, settings: EntitySettings, sourceError: ErrorSettings | undefined, faults: Faults): HttpEntity {
  if (settings.read === undefined && settings.list === undefined && Object.keys(settings.find).length === 0) {
    faults.add('', 'expected at least one of "read", "find" and "list"');
  }
  return {
    key: key.split('.'),
    keyPattern: compilePattern(settings.keyPattern, faults),
    read: settings.read && compileRead(settings.read, sourceError, faults.at('read')),
    find: new Map(Object.entries(settings.find).map(([name, find]) => [name, compileFind(find, sourceError, faults.at(`find.${name}`))])),
    list: settings.list && compileList(settings.list, sourceError, faults.at('list')),
  };
}

/** What the waist is told of an entity. */
export function capabilitiesOf({ keyPattern, read, find, list }: HttpEntity): EntityCapabilities {
  const operations = [read, ...find.values(), list].filter((operation) => operation !== undefined);
  return {
    projects: operations.every(({ request }) => request.uses.has('fields') || request.uses.has('topFields')),
    read: read && { batch: read.batch, takes: keyPattern && ((key) => keyPattern.test(key)) },
    find: new Map([...find].map(([name, { batch, pageSize }]) => [name, { batch, pageSize }])),
    list: list && { pageSize: list.pageSize, filters: [...list.filters.keys()], orders: [...list.orders.keys()] },
  };
}

function compileRead(settings: ReadSettings, sourceError: ErrorSettings | undefined, faults: Faults): ReadOperation {
  const request = compileRequest(settings, ['key', 'keys', 'fields', 'topFields'], faults);
  const placeholder = oneOf(request, ['key', 'keys'], faults);
  const batch = batchOf(settings.batch, placeholder === 'keys', `{${placeholder}}`, faults);
  return {
    request, rows: compileRows(settings.rows, placeholder === 'key', faults.at('rows')), error: settings.error ?? sourceError,
    placeholder, batch, rowError: settings.rowError, merged: mergedOf(settings.merged, batch, faults.at('merged')),
  };
}

function compileFind(settings: FindSettings, sourceError: ErrorSettings | undefined, faults: Faults): FindOperation {
  const request = compileRequest(settings, ['value', 'values', 'fields', 'topFields', 'size', 'at'], faults);
  const placeholder = oneOf(request, ['value', 'values'], faults);
  if (settings.match === 'none' && placeholder === 'values') {
    faults.add('match', 'with {values} each row must show which value it belongs to, got none');
  }
  checkPaging(settings, request, faults);
  return {
    request, rows: compileRows(settings.rows, placeholder === 'value', faults.at('rows')), error: settings.error ?? sourceError,
    placeholder, batch: batchOf(settings.batch, placeholder === 'values', `{${placeholder}}`, faults),
    match: settings.match === 'none' ? undefined : settings.match.split('.'), compare: settings.compare,
    paging: pagingOf(settings.paging), pageSize: settings.pageSize,
  };
}

function compileList(settings: ListSettings, sourceError: ErrorSettings | undefined, faults: Faults): ListOperation {
  const request = compileRequest(settings, ['fields', 'topFields', 'size', 'at', 'order', 'filters'], faults);
  checkPaging(settings, request, faults);
  const filters = Object.entries(settings.filters).map(([name, { term, ...parts }]) => {
    const below = faults.at(`filters.${name}`);
    const scope = { allowed: ['value'] as const, faults: below, uses: new Set<Placeholder>(), joined: new Set<Placeholder>() };
    const compiled = { ...compileParts(parts, scope, settings.repeat), term: term === undefined ? undefined : compileTree(term, scopeAt(scope, 'term')) };
    if (!scope.uses.has('value')) below.add('', 'the filter must use {value}, or it would filter by nothing');
    if (parts.body !== undefined && settings.post === undefined) below.add('body', 'a "get" has no body');
    if (term !== undefined && !request.uses.has('filters')) below.add('term', 'the request must use {filters}, or the term would go nowhere');
    return [name, compiled] as const;
  });
  return {
    request, rows: compileRows(settings.rows, false, faults.at('rows')), error: settings.error ?? sourceError,
    paging: pagingOf(settings.paging), pageSize: settings.pageSize,
    filters: new Map(filters), orders: new Map(Object.entries(settings.orders)),
  };
}

function oneOf<One extends Placeholder, Many extends Placeholder>(
  { uses }: RequestTemplate, [one, many]: readonly [One, Many], faults: Faults,
): One | Many {
  if (uses.has(one) === uses.has(many)) faults.add('', `expected the request to use either {${one}} or {${many}}`);
  return uses.has(many) ? many : one;
}

function batchOf(batch: number | undefined, many: boolean, shown: string, faults: Faults): number {
  if (many && batch === undefined) faults.add('batch', `missing; expected how many ${shown} one call takes`);
  if (!many && batch !== undefined && batch !== 1) faults.add('batch', `with ${shown} a call takes one, got ${batch}`);
  return batch ?? 1;
}

/** A page size without a way to continue would lose rows, and a way to continue without `{at}` would repeat the first page. */
function checkPaging({ paging }: Pick<ListSettings, 'paging'>, { uses }: RequestTemplate, faults: Faults): void {
  for (const name of ['size', 'at'] as const) {
    if (uses.has(name) && paging === undefined) faults.add('paging', `missing; with {${name}} expected how the source continues`);
  }
  if (paging !== undefined && !uses.has('at')) faults.add('paging', 'the request must use {at}, or every page would be the first');
}

/** The pattern that a whole key has to fit; undefined where none is declared, or where it is no pattern. */
export function compilePattern(text: string | undefined, faults: Faults): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch (error) {
    faults.add('keyPattern', `not a regular expression: ${messageOf(error)}`);
    return undefined;
  }
}
