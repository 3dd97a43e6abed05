import { CookieJar } from 'tough-cookie';
import { keyOf, pick } from '../../row.ts';
import { belowBase } from '../address.ts';
import { statusFailure } from '../failure.ts';
import { parseJson } from '../json.ts';
import type { HttpRequest } from '../request.ts';
import type { LoginSettings } from '../settings.ts';
import type { WireAnswer } from '../wire.ts';
import type { AuthDeps } from './auth.ts';
import type { Lease } from './renewable.ts';

/** Logs in by posting a form or JSON. What proves the session is the cookies of the answer, or a token in it, or both. */
export async function logIn(settings: LoginSettings, { base, wire, fail, clock }: AuthDeps, signal: AbortSignal): Promise<Lease> {
  const request = loginRequest(settings, belowBase(base, settings.post));
  const answer = await wire.exchange(request, { signal, timeout: loginTimeout });
  // A form's usual answer is a redirect to the page behind it, which is not worth following.
  if (answer.status < 200 || answer.status >= 400) throw statusFailure(fail, answer, request.label, clock());

  const jar = cookiesOf(answer, new URL(request.path, base));
  const token = settings.token === undefined ? undefined : tokenOf(answer, settings.token);
  if (settings.token !== undefined && token === undefined) {
    throw fail('SOURCE_UNAVAILABLE', `${request.label} gave no token at "${settings.token}"`);
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

function loginRequest(settings: LoginSettings, path: string): HttpRequest {
  const revealed = Object.entries(settings.form ?? settings.json ?? {}).map(([name, value]) => [name, value.reveal()] as const);
  const form = settings.form !== undefined;
  return {
    method: 'POST', path, label: `login POST ${settings.post}`,
    headers: { accept: '*/*', 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' },
    body: form ? new URLSearchParams(Object.fromEntries(revealed)).toString() : JSON.stringify(Object.fromEntries(revealed)),
  };
}

function cookiesOf(answer: WireAnswer, url: URL): CookieJar {
  const jar = new CookieJar();
  const cookies = answer.headers['set-cookie'] ?? [];
  for (const cookie of typeof cookies === 'string' ? [cookies] : cookies) jar.setCookieSync(cookie, url.href, { ignoreError: true });
  return jar;
}

function tokenOf(answer: WireAnswer, path: string): string | undefined {
  return keyOf(pick(parseJson(answer.body), path.split('.')));
}
