import type { Page } from '../connector.ts';
import { readPlace, type Next } from '../http/paging.ts';
import type { Variables } from './ask.ts';
import type { GraphqlEntity, PagedOperation } from './operations.ts';
import { valueFor } from './variables.ts';

/** The variables that ask for a page; only those that the query declares. */
export function pageVariables({ document: { variables }, paging, pageSize }: PagedOperation, page: Page): Variables {
  const at = paging.position(readPlace(page.at).at);
  const type = variables.get('at');
  return {
    ...(variables.has('size') ? { size: Math.min(page.size, pageSize) } : {}),
    ...(type === undefined || at === undefined ? {} : { at: valueFor(String(at), type) }),
  };
}

/** Where the source continues after an answer; 'malformed' when it does not say so understandably, or continues where it was. */
export function continueAt(answer: unknown, { operation, entity, rows, page }: {
  readonly operation: PagedOperation;
  readonly entity: GraphqlEntity;
  readonly rows: readonly unknown[];
  readonly page: Page;
}): Next {
  const { at } = readPlace(page.at);
  // A source that is not told a size gives pages of its own, which the deployment has declared.
  const size = operation.document.variables.has('size') ? Math.min(page.size, operation.pageSize) : operation.pageSize;
  const next = operation.paging.next({ answer, rows, keyPath: entity.key, size, at });
  return next !== 'malformed' && next.at !== undefined && next.at === at ? 'malformed' : next;
}
