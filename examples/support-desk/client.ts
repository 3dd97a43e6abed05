import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

/** Why something in an answer is null; see `path`. */
export interface GatewayError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly reason?: string; readonly source?: string };
}

/** An answer: `data` has what could be told, `errors` why the rest could not. */
export interface GatewayAnswer<Result> {
  readonly data: Result;
  readonly errors: readonly GatewayError[];
}

/** That a request was not answered at all: a bad token, a missing purpose, a document that the schema does not know. */
export class RequestRefused extends Error {
  readonly status: number;
  readonly errors: readonly GatewayError[];

  constructor(status: number, errors: readonly GatewayError[]) {
    super(errors[0]?.message ?? `the gateway answered ${status}`);
    this.name = 'RequestRefused';
    this.status = status;
    this.errors = errors;
  }
}

export type Ask = <Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables) => Promise<GatewayAnswer<Result>>;

/** Opens a client of the gateway: what a document selects is the type of its answer. */
export function openClient({ url, token, purpose, patience = 10_000 }: {
  /** Such as http://127.0.0.1:4000/graphql. */
  readonly url: string;
  readonly token: string;
  /** Needed where the token allows several. */
  readonly purpose?: string;
  /** Milliseconds after which an answer is no longer waited for. */
  readonly patience?: number;
}): Ask {
  return async (document, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json',
        ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
      },
      body: JSON.stringify({ query: print(document), variables }),
      signal: AbortSignal.timeout(patience),
    });
    const { data, errors = [] } = await response.json() as { readonly data?: unknown; readonly errors?: readonly GatewayError[] };
    // Every root field may be null, so an answer without data is no answer.
    if (data === undefined || data === null) throw new RequestRefused(response.status, errors);
    return { data: data as never, errors };
  };
}

/** Why the field at this path is null, where that is not simply because there is nothing. */
export function whyNull(errors: readonly GatewayError[], ...path: readonly (string | number)[]): GatewayError['extensions'] | undefined {
  return errors.find((error) => error.path?.length === path.length && error.path.every((step, index) => step === path[index]))?.extensions;
}
