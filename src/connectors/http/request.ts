import type { Faults } from '../../parse/faults.ts';
import type { RequestSettings } from './settings.ts';
import {
  compilePath, compileTree, scopeAt, staysInPlace, type Placeholder, type Scope, type Template, type Variables,
} from './template.ts';
import { isObject } from '../../parse/json.ts';

/** One call to a source, ready to be sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the source's base address, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The call as operators know it: its path holds placeholders instead of what a customer's key was. */
  readonly label: string;
}

/** What a list's filter adds to a request, with the filter's own value. */
export interface Addition {
  readonly parts: FilterParts;
  readonly variables: Variables;
}

export interface RequestTemplate {
  readonly uses: ReadonlySet<Placeholder>;
  readonly label: string;
  /** Why a text cannot be asked for with this request; undefined when it can. */
  refusal(placeholder: 'key' | 'keys' | 'value' | 'values', text: string): string | undefined;
  render(variables: Variables, additions?: readonly Addition[]): Promise<HttpRequest>;
}

/** The parts of a request that a filter can add to. */
export interface RequestParts {
  readonly query: readonly (readonly [name: string, value: Template])[];
  readonly body: Template | undefined;
}

/** The parts that a filter adds: entries of its own, or a term among those that the request names as `{filters}`. */
export interface FilterParts extends RequestParts {
  readonly term: Template | undefined;
}

// A path has no entries that could be left out, so that only what always has a value may stand in it.
const inPaths: readonly Placeholder[] = ['key', 'keys', 'value', 'values', 'fields', 'topFields', 'size'];

/** Compiles an operation's request; what is wrong with its templates becomes faults. */
export function compileRequest(settings: RequestSettings, allowed: readonly Placeholder[], faults: Faults): RequestTemplate {
  const scope: Scope = { allowed, faults, uses: new Set(), joined: new Set() };
  const method = settings.post === undefined ? 'GET' : 'POST';
  const text = settings.post ?? settings.get ?? '/';
  const pathScope: Scope = { ...scopeAt(scope, method.toLowerCase()), allowed: allowed.filter((name) => inPaths.includes(name)), uses: new Set() };
  const path = compilePath(text, pathScope);
  for (const used of pathScope.uses) scope.uses.add(used);
  for (const [name, value] of Object.entries(settings.headers)) {
    compileTree(value, { ...scopeAt(scope, `headers.${name}`), allowed: [] });
  }
  const parts = compileParts(settings, scope, settings.repeat);
  const joins = scope.joined.has('keys') || scope.joined.has('values');
  const label = `${method} ${text}`;

  return {
    uses: scope.uses,
    label,
    refusal: (placeholder, asked) => {
      if (!asked.isWellFormed()) return 'it is not well-formed Unicode';
      if (joins && asked.includes(',')) return 'it holds a comma, and the operation joins with commas';
      return !pathScope.uses.has(placeholder) || staysInPlace(path({ [placeholder]: asked, size: 1 })) ? undefined : 'it would make another path of the operation\'s';
    },
    render: async (variables, additions = []) => {
      const all = [{ parts, variables: { ...variables, filters: await termsOf(additions) } }, ...additions];
      const pairs = (await Promise.all(all.map(async (part) => renderQuery(part, settings.repeat)))).flat();
      const bodies = await Promise.all(all.map(async (part) => part.parts.body?.(part.variables)));
      const body = bodies.filter((each) => each !== undefined).reduce<unknown>(merge, undefined);
      const location = path(variables);
      return {
        method, label,
        path: pairs.length === 0 ? location : `${location}${location.includes('?') ? '&' : '?'}${pairs.join('&')}`,
        headers: body === undefined ? settings.headers : { 'content-type': 'application/json', ...settings.headers },
        body: body === undefined ? undefined : JSON.stringify(body),
      };
    },
  };
}

/** Compiles a query and a body. */
export function compileParts(settings: Pick<RequestSettings, 'query' | 'body'>, scope: Scope, repeat: boolean): RequestParts {
  const query = Object.entries(settings.query).map(([name, value]) => {
    const own: Scope = { ...scopeAt(scope, `query.${name}`), uses: new Set() };
    const template = compileTree(value, own);
    for (const used of own.uses) {
      scope.uses.add(used);
      if (!repeat && typeof value === 'string') scope.joined.add(used);
    }
    return [name, template] as const;
  });
  return { query, body: settings.body === undefined ? undefined : compileTree(settings.body, scopeAt(scope, 'body')) };
}

async function termsOf(additions: readonly Addition[]): Promise<readonly unknown[]> {
  const terms = await Promise.all(additions.flatMap(({ parts, variables }) => parts.term?.(variables) ?? []));
  // Without its term the list would not be filtered, and nobody would know.
  if (terms.includes(undefined)) throw new Error('a filter\'s term came to nothing');
  return terms;
}

async function renderQuery({ parts, variables }: { readonly parts: RequestParts; readonly variables: Variables }, repeat: boolean): Promise<readonly string[]> {
  const pairs = await Promise.all(parts.query.map(async ([name, template]) => {
    const value = await template(variables);
    if (value === undefined || value === null) return [];
    const texts = (Array.isArray(value) ? value : [value]).map((item) => encodeURIComponent(String(item)));
    const values = repeat ? texts : [texts.join(',')];
    return values.map((each) => `${encodeURIComponent(name)}=${each}`);
  }));
  return pairs.flat();
}

/** Objects are merged entry by entry and lists are joined; of anything else the later wins. */
function merge(base: unknown, added: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(added)) return [...(base as readonly unknown[]), ...(added as readonly unknown[])];
  if (!isObject(base) || !isObject(added)) return added;
  const merged = Object.entries(added).map(([name, value]) => [name, Object.hasOwn(base, name) ? merge(base[name], value) : value]);
  return { ...base, ...Object.fromEntries(merged) };
}
