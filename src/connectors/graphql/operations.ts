import type { Faults } from '../../parse/faults.ts';
import { keyOf, pick } from '../row.ts';
import { compilePattern, type FindOperation, type HttpEntity, type ListOperation, type ReadOperation } from '../http/operations.ts';
import { pagingOf, type Paging } from '../http/paging.ts';
import { compileRows, type FindRows } from '../http/rows.ts';
import { compileDocument, type GraphqlDocument } from './document.ts';
import { requestOf } from './request.ts';
import type { EntitySettings, FindSettings, ListSettings, PagingSettings, ReadSettings } from './settings.ts';

/** One entity of a GraphQL source: an http entity, with the documents of those finds that ask for several values by alias. */
export interface GraphqlEntity {
  readonly http: HttpEntity;
  readonly aliased: ReadonlyMap<string, GraphqlDocument>;
}

/** Compiles an entity; what is wrong with it becomes faults. */
export function compileEntity(name: string, key: string, settings: EntitySettings, faults: Faults): GraphqlEntity {
  if (settings.read === undefined && settings.list === undefined && Object.keys(settings.find).length === 0) {
    faults.add('', 'expected at least one of "read", "find" and "list"');
  }
  const find = new Map<string, FindOperation>();
  const aliased = new Map<string, GraphqlDocument>();
  for (const [attribute, one] of Object.entries(settings.find)) {
    const compiled = compileFind(`${name} by ${attribute}`, one, faults.at(`find.${attribute}`));
    if (compiled === undefined) continue;
    find.set(attribute, compiled.operation);
    if (compiled.operation.placeholder === 'value' && one.batch > 1) aliased.set(attribute, compiled.document);
  }
  return {
    http: {
      key: key.split('.'),
      keyPattern: compilePattern(settings.keyPattern, faults),
      read: settings.read && compileRead(`read ${name}`, settings.read, faults.at('read')),
      find,
      list: settings.list && compileList(`list ${name}`, settings.list, faults.at('list')),
    },
    aliased,
  };
}

function compileRead(label: string, settings: ReadSettings, faults: Faults): ReadOperation | undefined {
  const document = compileDocument(settings.query, new Set(['key', 'keys']), faults);
  if (document === undefined) return undefined;
  const placeholder = oneOf(document, 'key', 'keys', faults);
  if (placeholder === 'key' && settings.batch !== 1) faults.add('batch', `with $key a call takes one, got ${settings.batch}`);
  return {
    request: requestOf(document, label), rows: rowsAt(settings.rows, placeholder === 'key', faults), error: undefined,
    placeholder, batch: settings.batch, rowError: undefined,
  };
}

function compileFind(
  label: string,
  settings: FindSettings,
  faults: Faults,
): { readonly operation: FindOperation; readonly document: GraphqlDocument } | undefined {
  const document = compileDocument(settings.query, new Set(['value', 'values', 'size', 'at']), faults);
  if (document === undefined) return undefined;
  const placeholder = oneOf(document, 'value', 'values', faults);
  if (settings.match === 'none' && placeholder === 'values') faults.add('match', 'with $values each row must show which value it belongs to, got none');
  if (placeholder === 'value' && settings.batch > 1 && document.root === undefined) {
    faults.add('batch', 'a query with several root fields cannot be asked for several values at once');
  }
  checkPaging(document, settings.paging, faults);
  const operation: FindOperation = {
    request: requestOf(document, label), rows: rowsAt(settings.rows, placeholder === 'value', faults), error: undefined,
    placeholder, batch: settings.batch, match: settings.match === 'none' ? undefined : settings.match.split('.'), compare: settings.compare,
    paging: pagingFor(settings.paging), pageSize: settings.pageSize,
  };
  return { operation, document };
}

function compileList(label: string, settings: ListSettings, faults: Faults): ListOperation | undefined {
  const variables = Object.values(settings.filters);
  const document = compileDocument(settings.query, new Set(['size', 'at', 'order', ...variables]), faults);
  if (document === undefined) return undefined;
  for (const [name, variable] of Object.entries(settings.filters)) {
    if (!document.variables.has(variable)) faults.add(`filters.${name}`, `the query declares no variable $${variable}, so it would filter by nothing`);
  }
  checkPaging(document, settings.paging, faults);
  return {
    request: requestOf(document, label), rows: rowsAt(settings.rows, false, faults), error: undefined,
    paging: pagingFor(settings.paging), pageSize: settings.pageSize,
    filters: new Map(Object.entries(settings.filters).map(([name, variable]) => [
      name, { query: [], body: async ({ value }: { readonly value?: unknown }) => ({ [variable]: value }) },
    ])),
    orders: new Map(Object.entries(settings.orders)),
  };
}

function oneOf<One extends string, Many extends string>({ variables }: GraphqlDocument, one: One, many: Many, faults: Faults): One | Many {
  if (variables.has(one) === variables.has(many)) faults.add('query', `expected the query to use either $${one} or $${many}`);
  return variables.has(many) ? many : one;
}

/** A page size without a way to continue would lose rows, and a way to continue without `$at` would repeat the first page. */
function checkPaging({ variables }: GraphqlDocument, paging: PagingSettings | undefined, faults: Faults): void {
  for (const name of ['size', 'at']) {
    if (variables.has(name) && paging === undefined) faults.add('paging', `missing; with $${name} expected how the source continues`);
  }
  if (paging !== undefined && !variables.has('at')) faults.add('paging', 'the query must use $at, or every page would be the first');
}

/** Null among the rows is how GraphQL says that there is none. */
function rowsAt(path: string, lone: boolean, faults: Faults): FindRows {
  const find = compileRows(`data.${path}`, lone, faults);
  return async (answer) => (await find(answer))?.filter((row) => row !== null);
}

function pagingFor(settings: PagingSettings | undefined): Paging {
  if (settings === undefined) return pagingOf(undefined);
  const cursor = `data.${settings.cursor}`.split('.');
  const more = settings.more === undefined ? undefined : `data.${settings.more}`.split('.');
  return {
    position: (at) => at,
    next: ({ answer }) => {
      const flag = more === undefined ? true : pick(answer, more);
      if (flag === undefined || flag === false) return { at: undefined };
      const at = keyOf(pick(answer, cursor));
      if (at === undefined) return more === undefined ? { at: undefined } : 'malformed';
      return flag === true ? { at } : 'malformed';
    },
  };
}
