import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { odd, usually } from '../fixtures/spoiled-answers.ts';
import { openChoices } from './choices.ts';
import { someDocument, type Made, type Names } from './documents.ts';

/** A request as it is sent. */
export interface Sent {
  readonly method: string;
  /** With its search. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const tokens = ['{', '}', '(', ')', '[', ']', ':', '!', '=', '@', '$', '&', '|', '...', '"', '"""', '#', ',', 'query', 'mutation', 'subscription', 'fragment', 'on', 'type', 'null', 'true', '1e', '0x', '\ufeff', '\u0000', 'customer', 'number', '__schema', '-', '"\\u{110000}"', '"\\ud800"'];

/** Texts that are no document: tokens of GraphQL in any order, or anything. */
const noDocument = fc.oneof(fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((all) => all.join(' ')), fc.string({ unit: 'binary', maxLength: 60 }));

/** Something put into a text, or a part of it taken out or repeated. */
interface Slip {
  readonly at: number;
  readonly length: number;
  readonly put: string | undefined;
}
const slip: fc.Arbitrary<Slip> = fc.record({ at: fc.nat(2000), length: fc.nat(12), put: fc.option(fc.oneof(fc.constantFrom(...tokens), fc.string({ unit: 'binary', maxLength: 5 })), { nil: undefined }) });

function slipped(text: string, { at, length, put }: Slip): string {
  const start = text.length === 0 ? 0 : at % text.length;
  const part = text.slice(start, start + length);
  return text.slice(0, start) + (put ?? part + part) + text.slice(put === '' ? start + length : start);
}

const headerText = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', '*/*', 'a'.repeat(3000), '\u00e9\u00ff', 'text/html;q=0', 'application/json; charset=utf-7', '00-0-0-0', '1, 1', 'Bearer Bearer')).map((text) => text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '').trim());
const headerNames = [
  'accept', 'content-type', 'x-purpose', 'sec-gpc', 'traceparent', 'tracestate', 'x-request-id', 'accept-encoding', 'accept-language', 'origin', 'cookie', 'apollo-require-preflight', 'apollographql-client-name',
  'apollo-federation-include-trace', 'x-apollo-operation-name', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-http-method-override', 'if-none-match', 'range', 'te', 'prefer', 'baggage', '__proto__',
] as const;

/** What is around the document. */
interface Around {
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly contentType: string;
  readonly more: Readonly<Record<string, unknown>>;
  readonly whole: string | undefined;
  readonly path: string;
}

/** Requests of the callers with these tokens. Most of them get as far as the sources; the rest go wrong in any of the places before. */
export function requests({ schema, names, tokens: callers }: { readonly schema: GraphQLSchema; readonly names: Names; readonly tokens: readonly [string, ...string[]] }): fc.Arbitrary<Sent> {
  const made: fc.Arbitrary<Made> = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 120, size: 'max' }).map((numbers) => someDocument(openChoices(numbers), schema, names));
  const document: fc.Arbitrary<Made> = fc.oneof(
    { arbitrary: made, weight: 8 },
    { arbitrary: fc.tuple(made, fc.array(slip, { minLength: 1, maxLength: 3 })).map(([{ query, variables }, slips]) => ({ query: slips.reduce(slipped, query), variables })), weight: 3 },
    { arbitrary: noDocument.map((query) => ({ query, variables: {} })), weight: 1 },
  );
  const around: fc.Arbitrary<Around> = fc.record({
    token: usually(undefined, headerText).chain((broken) => (broken === undefined ? fc.constantFrom(...callers).map((token) => `Bearer ${token}`) : fc.constant(broken))),
    headers: usually<Readonly<Record<string, string>>>({}, fc.dictionary(fc.constantFrom(...headerNames), headerText, { maxKeys: 3 })),
    method: fc.oneof({ arbitrary: fc.constant('POST'), weight: 12 }, { arbitrary: fc.constantFrom('GET', 'GET', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH'), weight: 1 }),
    contentType: fc.oneof({ arbitrary: fc.constant('application/json'), weight: 12 }, { arbitrary: fc.constantFrom('application/graphql', 'application/json; charset=utf-8', 'text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', ''), weight: 1 }),
    more: usually<Readonly<Record<string, unknown>>>({}, fc.dictionary(fc.constantFrom('operationName', 'extensions', 'variables', 'documentId', 'query', 'id', '__proto__'), fc.oneof(odd, fc.constantFrom<unknown>('Named', { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }, { persistedQuery: 5 })), { maxKeys: 2 })),
    whole: fc.oneof({ arbitrary: fc.constant(undefined), weight: 20 }, { arbitrary: fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ unit: 'binary', maxLength: 100 }), fc.constantFrom('', '[', '[]', 'null', '"', '['.repeat(5000))), weight: 1 }),
    path: fc.oneof({ arbitrary: fc.constant('/graphql'), weight: 40 }, { arbitrary: fc.constantFrom('/graphql?', '/graphql?query=%7B__typename%7D', '/graphql?query=%', '//graphql', '/graphql/', '/webhooks/crm', '/.well-known/jwks.json'), weight: 1 }),
  });
  return fc.record({ document, around }).map(({ document: { query, variables }, around: { token, headers, method, contentType, more, whole, path } }) => {
    const isGet = method === 'GET' || method === 'HEAD';
    const search = new URLSearchParams({ query: query.toWellFormed(), variables: JSON.stringify(variables) });
    return {
      method,
      path: isGet && path === '/graphql' ? `${path}?${String(search).slice(0, 8000)}` : path,
      headers: { ...(token === '' ? {} : { authorization: token }), ...(contentType === '' ? {} : { 'content-type': contentType }), ...headers },
      body: isGet ? undefined : whole ?? JSON.stringify({ query, variables, ...more }),
    };
  });
}
