import type { AuthSettings } from '../settings.ts';
import type { Auth, AuthDeps } from './auth.ts';
import { apiKeyInHeader, apiKeyInQuery, basic, bearer, fixed, nothing } from './fixed.ts';
import { logIn } from './login.ts';
import { grantToken } from './oauth2.ts';
import { renewable } from './renewable.ts';

/** The declared way to prove oneself. */
export function openAuth(settings: AuthSettings, deps: AuthDeps): Auth {
  if (settings === 'none') return fixed(nothing);
  if ('bearer' in settings) return fixed(bearer(settings.bearer));
  if ('basic' in settings) return fixed(basic(settings.basic.user, settings.basic.password));
  if ('apiKey' in settings) {
    const { apiKey } = settings;
    return fixed('header' in apiKey ? apiKeyInHeader(apiKey.header, apiKey.value) : apiKeyInQuery(apiKey.query, apiKey.value));
  }
  if ('login' in settings) return renewable((signal) => logIn(settings.login, deps, signal), deps);
  const wire = deps.wireTo(settings.oauth2.tokenUrl.origin);
  return renewable((signal) => grantToken(settings.oauth2, { ...deps, wire }, signal), { ...deps, close: () => wire.close() });
}
