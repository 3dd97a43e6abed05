import type { HttpRequest, RequestTemplate } from '../http/request.ts';
import type { Placeholder, Variables } from '../http/template.ts';
import { aliasedVariable, type GraphqlDocument } from './document.ts';

/** The types whose values travel as numbers. */
const numeric: ReadonlySet<string> = new Set(['Int', 'Float']);

/** A GraphQL document as a request of the http connector. Keys and values only ever travel as variables. */
export function requestOf(document: GraphqlDocument, label: string): RequestTemplate {
  const uses = new Set<Placeholder>(['fields', ...([...document.variables.keys()] as Placeholder[])]);
  return {
    uses,
    label,
    refusal: (_placeholder, asked) => (asked.isWellFormed() ? undefined : 'it is not well-formed Unicode'),
    async render(variables, additions = []) {
      const given = new Map<string, unknown>(Object.entries(variables));
      for (const { parts, variables: own } of additions) {
        for (const [name, value] of Object.entries((await parts.body?.(own)) ?? {})) given.set(name, value);
      }
      const sent = [...document.variables].flatMap(([name, type]) => (given.get(name) === undefined ? [] : [[name, typed(given.get(name), type)] as const]));
      return post(label, document.print(fieldsOf(variables)), Object.fromEntries(sent));
    },
  };
}

/** One request for several values, each under an alias of its own. */
export function aliasedRequest(document: GraphqlDocument, label: string, values: readonly string[], variables: Variables): HttpRequest {
  const sent: Record<string, unknown> = {};
  for (const [name, type] of document.variables) {
    if (name === 'value') for (const [index, value] of values.entries()) sent[aliasedVariable(name, index)] = typed(value, type);
    else if (variables[name as Placeholder] !== undefined) sent[name] = typed(variables[name as Placeholder], type);
  }
  return post(label, document.printAliased(fieldsOf(variables), values.length, new Set(['value'])), sent);
}

function fieldsOf({ fields }: Variables): readonly string[] {
  return Array.isArray(fields) ? (fields as readonly string[]) : [];
}

function typed(value: unknown, type: string): unknown {
  if (Array.isArray(value)) return value.map((item) => typed(item, type));
  return numeric.has(type) && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function post(label: string, query: string, variables: Readonly<Record<string, unknown>>): HttpRequest {
  return { method: 'POST', path: '', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }), label };
}
