import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphqlBinding } from './graphql-binding.ts';
import type { Handler } from './handler.ts';
import { refuseEncoded } from './refuse-encoded.ts';
import { refuseForm } from './refuse-form.ts';
import type { RequestContext } from './request-context.ts';

/** Makes the context of a request, or answers it and gives undefined. */
export type OpenContext = (request: IncomingMessage, response: ServerResponse) => Promise<RequestContext | undefined>;

/** GraphQL for all audiences: who asks is settled by `open` before the body is read, and with it whose server answers. */
export function graphqlEndpoint(bindings: ReadonlyMap<string, GraphqlBinding<RequestContext>>, open: OpenContext): Handler {
  return async (request, response, url) => {
    const context = await open(request, response);
    if (context === undefined) return;
    const answer = bindings.get(context.caller.audience);
    if (answer === undefined) throw new Error('a context was opened for an audience without a schema');
    if (refuseForm(request, response) || refuseEncoded(request, response)) return;
    await answer(request, response, url.search, async () => context);
  };
}
