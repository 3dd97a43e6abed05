import type { Call } from '../connector.ts';
import { belowBase } from './address.ts';
import type { Auth, Credential } from './auth/auth.ts';
import type { Fail } from '../failure.ts';
import { statusFailure } from './failure.ts';
import { parseJson } from './json.ts';
import type { HttpRequest } from './request.ts';
import type { Wire, WireAnswer } from './wire.ts';

/** Asks the source as the source wants to be asked: with a credential, at its own origin, for JSON. */
export interface Transport {
  /** Rejects with a SourceError unless the source answered with JSON, or said that there is nothing (204 or 404). */
  send(request: HttpRequest, call: Call): Promise<Answer>;
  close(): Promise<void>;
}

export type Answer = { readonly kind: 'json'; readonly body: unknown } | { readonly kind: 'nothing'; readonly status: number };

export interface TransportDeps {
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly wire: Wire;
  readonly auth: Auth;
  readonly fail: Fail;
  readonly clock: () => number;
}

const maxRedirects = 3;

/** A transport over a wire to the origin of `base`. */
export function openTransport(deps: TransportDeps): Transport {
  const { base, auth, wire, fail, clock } = deps;

  const exchange = async (request: HttpRequest, credential: Credential, call: Call): Promise<WireAnswer> => {
    const traced = call.traceparent === undefined ? {} : { traceparent: call.traceparent };
    let current: HttpRequest = { ...request, path: belowBase(base, request.path), headers: { ...traced, ...deps.headers, ...request.headers } };
    for (let redirects = 0; ; redirects += 1) {
      const url = new URL(base.origin + current.path);
      const path = withQuery(current.path, url, credential.query);
      const headers = { ...current.headers, ...credential.headersFor(url) };
      const answer = await wire.exchange({ ...current, path, headers }, { signal: call.signal, timeout: call.deadline - clock() });
      const location = redirectOf(answer);
      if (location === undefined) return answer;
      const target = URL.parse(location, url.href);
      if (redirects === maxRedirects) throw fail('SOURCE_UNAVAILABLE', `${request.label}: more than ${maxRedirects} redirects`);
      // The credential is for one origin: a source that points elsewhere is not followed, however trusted.
      if (target?.origin !== base.origin) throw fail('SOURCE_UNAVAILABLE', `${request.label}: a redirect to another origin`);
      current = { ...current, path: `${target.pathname}${target.search}` };
      if (answer.status === 303) current = { ...current, method: 'GET', body: undefined };
    }
  };

  return {
    send: async (request, call) => {
      const credential = await auth.credential(call.signal);
      let answer = await exchange(request, credential, call);
      if (answer.status === 401 && auth.refused(credential)) {
        answer = await exchange(request, await auth.credential(call.signal), call);
      }
      if (answer.status === 404 || answer.status === 204) return { kind: 'nothing', status: answer.status };
      if (answer.status < 200 || answer.status >= 300) throw statusFailure(fail, answer, request.label, clock());
      return { kind: 'json', body: jsonOf(answer, request.label, fail) };
    },
    close: async () => {
      await Promise.all([wire.close(), auth.close()]);
    },
  };
}

function redirectOf({ status, headers }: WireAnswer): string | undefined {
  const { location } = headers;
  return [301, 302, 303, 307, 308].includes(status) && typeof location === 'string' ? location : undefined;
}

function withQuery(path: string, url: URL, query: Readonly<Record<string, string>>): string {
  const missing = Object.entries(query).filter(([name]) => !url.searchParams.has(name));
  const added = missing.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  if (added === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${added}`;
}

function jsonOf({ headers, body }: WireAnswer, label: string, fail: Fail): unknown {
  const type = String(headers['content-type'] ?? '');
  // A page for people that happens to parse is still not an answer; plain or untyped text is what careless sources call their JSON.
  if (type !== '' && !/^[^;]*\bjson\b|^text\/plain\b/i.test(type)) {
    throw fail('SOURCE_MALFORMED', `${label} answered with ${type} instead of JSON`);
  }
  const parsed = parseJson(body);
  if (parsed === undefined) throw fail('SOURCE_MALFORMED', `${label} answered with broken JSON`);
  return parsed;
}
