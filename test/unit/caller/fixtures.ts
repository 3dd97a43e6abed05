import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { openAuthenticator, type Authenticator } from '../../../src/caller/authenticate.ts';
import { issuersShape, type Issuer } from '../../../src/caller/issuers.ts';

/** The time at which the tests take place, in milliseconds and in the seconds of tokens. */
export const now = Date.UTC(2030, 0, 1);
export const nowInSeconds = now / 1000;

export const idp = 'https://idp.example';
export const secretText = 'a secret that is long enough for HS256';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const rsaPair = (modulusLength = 2048): KeyPair => generateKeyPairSync('rsa', { modulusLength });
export const ecPair = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve });
export const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();

/** A public key as a member of a key set. */
export function jwkOf(key: KeyObject, members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...key.export({ format: 'jwk' }), ...members };
}

/** The claims of a support agent's token, with others in their place. */
export function someClaims(others: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iss: idp,
    aud: 'customer360',
    sub: 'agent-7',
    exp: nowInSeconds + 600,
    kind: 'staff',
    roles: ['support'],
    purposes: ['service.support'],
    ...others,
  };
}

/** A token signed as it should be. */
export function signed(
  claims: Record<string, unknown>,
  by: { readonly key?: KeyObject | string; readonly algorithm?: jwt.Algorithm; readonly kid?: string } = {},
): string {
  const { key = secretText, algorithm = 'HS256', kid } = by;
  const keyid = kid === undefined ? {} : { keyid: kid };
  const given = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return jwt.sign(given, key, { algorithm, noTimestamp: true, allowInsecureKeySizes: true, ...keyid });
}

/** A token with exactly this text as header and payload, signed with HMAC or RSA, for what no library would make. */
export function handmade(header: string, payload: string | Buffer, key: KeyObject | string = secretText): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  const signature = typeof key === 'string' ? createHmac('sha256', key).update(input).digest() : sign('sha256', Buffer.from(input), key);
  return `${input}.${base64url(signature)}`;
}

export const base64url = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** Issuers as a deployment's text would declare them; what is left out is an HS256 issuer of staff. */
export function issuersOf(...texts: readonly Readonly<Record<string, unknown>>[]): readonly Issuer[] {
  return issuersShape.parse(
    texts.map((text) => ({
      issuer: idp,
      audience: 'customer360',
      algorithms: ['HS256'],
      keys: { secret: secretText },
      kinds: ['staff'],
      ...text,
    })),
  );
}

/** An authenticator for such issuers. */
export async function anAuthenticator(
  issuers: readonly Issuer[] = issuersOf({}),
  others: { readonly clock?: () => number; readonly folder?: string; readonly warn?: (message: string) => void } = {},
): Promise<Authenticator> {
  return openAuthenticator({
    issuers,
    roles: new Set(['support', 'marketing']),
    clock: () => now,
    folder: '/nowhere',
    warn: () => {},
    ...others,
  });
}

export const invalid = { kind: 'refused', reason: 'invalid' };

/** An address that publishes keys; `state` can be changed while it runs. Every other address always works. */
export async function aKeyServer() {
  const state = { body: '{"keys":[]}', status: 200, requests: 0, headers: {} as Record<string, string>, silent: false };
  const server = createServer((request, response) => {
    state.requests += 1;
    if (state.silent) return;
    if (request.url !== '/keys') response.end(state.body);
    else response.writeHead(state.status, state.headers).end(state.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/keys`,
    state,
    publish: (...keys: readonly unknown[]) => void (state.body = JSON.stringify({ keys })),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
