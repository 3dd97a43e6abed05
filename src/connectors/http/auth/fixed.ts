import type { Secret } from '../../../secret.ts';
import type { Auth, Credential } from './auth.ts';

/** No credential: the source asks for none. */
export const nothing: Credential = { headersFor: () => ({}), query: {} };

/** A bearer token (RFC 6750). */
export function bearer(token: Secret): Credential {
  return inHeader('authorization', () => `Bearer ${token.reveal()}`);
}

/** User and password (RFC 7617, in UTF-8). */
export function basic(user: string, password: Secret): Credential {
  return inHeader('authorization', () => `Basic ${Buffer.from(`${user}:${password.reveal()}`, 'utf8').toString('base64')}`);
}

/** A key in a header of the source's own. */
export function apiKeyInHeader(header: string, value: Secret): Credential {
  return inHeader(header, () => value.reveal());
}

/** A key in the query. */
export function apiKeyInQuery(name: string, value: Secret): Credential {
  return { headersFor: () => ({}), query: { [name]: value.reveal() } };
}

/** A credential that stays the same: when the source refuses it there is no other. */
export function fixed(credential: Credential): Auth {
  return { credential: async () => credential, refused: () => false, close: async () => undefined };
}

function inHeader(name: string, value: () => string): Credential {
  return { headersFor: () => ({ [name]: value() }), query: {} };
}
