import { SourceError } from '../../errors.ts';
import type { FindResult } from '../connector.ts';
import { fieldVariables } from '../http/ask.ts';
import { resultsOf, type Ask } from '../http/find.ts';
import { continueAt } from '../http/page.ts';
import { readPlace } from '../http/paging.ts';
import type { Transport } from '../http/transport.ts';
import type { GraphqlDocument } from './document.ts';
import { failuresIn } from './heed-errors.ts';
import { aliasedRequest } from './request.ts';

/** Asks for several values in one request, the root field once for each; what fails for one of them fails for it alone. */
export function askAliased(document: GraphqlDocument, transport: Transport): Ask {
  return async (asked, finding) => {
    const { entity, operation, request, call, context } = finding;
    const { label } = operation.request;
    const place = readPlace(request.page.at);
    const size = Math.min(request.page.size, operation.pageSize);
    const variables = { ...fieldVariables(request.fields, [entity.key, operation.match]), size, at: operation.paging.position(place.at) };
    const answer = await transport.send(aliasedRequest(document, label, [...asked.values()], variables), call);
    if (answer.kind === 'nothing') throw context.fail('SOURCE_UNAVAILABLE', `${label} answered ${answer.status}`, { fault: 'request' });
    const { whole, byRoot } = failuresIn(answer.body, label, context.fail);
    if (whole !== undefined) throw whole;
    const { data } = answer.body as { readonly data: Readonly<Record<string, unknown>> };

    const resultFor = async (form: string, spelling: string, alias: string): Promise<FindResult | undefined> => {
      const error = byRoot.get(alias);
      if (error !== undefined) return { kind: 'failed', error };
      const own = { data: { [document.root ?? alias]: data[alias] } };
      if (data[alias] === null) return { kind: 'rows', rows: [], next: undefined };
      const rows = await operation.rows(own);
      if (rows === undefined) throw context.fail('SOURCE_MALFORMED', `${label} answered without rows where they should be`);
      const told = { kind: 'rows', rows, answer: own } as const;
      const next = continueAt({ operation, told, entity, size, place, fail: context.fail });
      return resultsOf(new Map([[form, spelling]]), { told, place, size, next }, finding).get(form);
    };

    const results = new Map<string, FindResult>();
    for (const [index, [form, spelling]] of [...asked].entries()) {
      const result = await resultFor(form, spelling, `a${index}`).catch((error: unknown): FindResult => {
        if (error instanceof SourceError) return { kind: 'failed', error };
        throw error;
      });
      if (result !== undefined) results.set(form, result);
    }
    return results;
  };
}
