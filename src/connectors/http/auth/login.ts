import { CookieJar } from 'tough-cookie';
import { keyOf, pick } from '../../row.ts';
import { belowBase } from '../address.ts';
import { statusFailure } from '../failure.ts';
import { parseJson } from '../json.ts';
import type { HttpRequest } from '../request.ts';
import { heedSaidError } from '../said-error.ts';
import type { LoginSettings } from '../settings.ts';
import type { WireAnswer } from '../wire.ts';
import type { AuthDeps } from './auth.ts';
import { revealJson } from './login-shapes.ts';
import type { Lease } from './renewable.ts';

/** Logs in by posting a form or JSON. What proves the session is the cookies of the answer, or a token made from it, or both. */
export async function logIn(settings: LoginSettings, { base, wire, fail, clock, error }: AuthDeps, signal: AbortSignal): Promise<Lease> {
  const posted = postedBy(settings);
  const request: HttpRequest = {
    method: 'POST', path: belowBase(base, settings.post), label: `login POST ${settings.post}`,
    headers: { accept: '*/*', 'content-type': posted.type }, body: posted.body,
  };
  const answer = await wire.exchange(request, { signal, timeout: loginTimeout });
  // A form's usual answer is a redirect to the page behind it, which is not worth following.
  if (answer.status < 200 || answer.status >= 400) throw statusFailure(fail, answer, request.label, clock());
  const said = parseJson(answer.body);
  const errorAt = settings.error ?? error;
  // Nobody is absent here: whatever code the source gives for a record that is not there, this is a login that failed.
  heedSaidError(said, errorAt && { ...errorAt, absent: [] }, request.label, fail);

  const jar = cookiesOf(answer, new URL(request.path, base));
  const token = await tokenOf(said, posted.sent, settings);
  if (settings.token !== undefined && token === undefined) {
    throw fail('SOURCE_UNAVAILABLE', `${request.label} gave no token${typeof settings.token === 'string' ? ` at "${settings.token}"` : ''}`);
  }
  if (token === undefined && (await jar.serialize()).cookies.length === 0) {
    throw fail('SOURCE_UNAVAILABLE', `${request.label} gave no session cookie`);
  }
  const tokenHeader = token === undefined ? {} : { [settings.header]: settings.value.replaceAll('{token}', () => token) };
  return {
    until: Infinity,
    credential: {
      query: {},
      headersFor: (url) => {
        const cookie = jar.getCookieStringSync(url.href);
        return cookie === '' ? tokenHeader : { ...tokenHeader, cookie };
      },
    },
  };
}

// Each waiter has its own deadline; this only keeps a login from outliving all sense when their clocks allow more.
const loginTimeout = 30_000;

/** The login with its secrets in the open, as a value and as a request's body. */
function postedBy({ form, json }: LoginSettings): { readonly sent: unknown; readonly type: string; readonly body: string } {
  if (form === undefined) {
    const sent = revealJson(json ?? {});
    return { sent, type: 'application/json', body: JSON.stringify(sent) };
  }
  const sent = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value.reveal()]));
  return { sent, type: 'application/x-www-form-urlencoded', body: new URLSearchParams(sent).toString() };
}

function cookiesOf(answer: WireAnswer, url: URL): CookieJar {
  const jar = new CookieJar();
  const cookies = answer.headers['set-cookie'] ?? [];
  for (const cookie of typeof cookies === 'string' ? [cookies] : cookies) jar.setCookieSync(cookie, url.href, { ignoreError: true });
  return jar;
}

/** Undefined where none is wanted, and where the answer has none. */
async function tokenOf(said: unknown, sent: unknown, { token }: LoginSettings): Promise<string | undefined> {
  if (token === undefined) return undefined;
  if (typeof token === 'string') return keyOf(pick(said, token.split('.')));
  // What the expression throws may hold the answer, and the answer a session: neither is kept as a cause.
  return keyOf(await token.evaluate(said, { sent }).catch(() => undefined));
}
