import { z } from 'zod';
import { parseUniqueJson } from './unique-json.ts';

/** A token's own account of itself: not verified, good for choosing the verifier and for nothing else. */
export interface UnverifiedToken {
  readonly text: string;
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly issuer: string;
}

const longest = 8192;

// Header parameters that bring a key along or ask for rules of their own: a token must not choose what it is checked by.
const forbidden = ['jku', 'jwk', 'x5u', 'x5c', 'crit'];

const headerShape = z.object({
  alg: z.string(),
  kid: z.string().optional(),
  // Other types are tokens made for another use, such as logout notices (RFC 8725, 3.11).
  typ: z.string().regex(/^((application\/)?at\+)?jwt$/i).optional(),
});

const payloadShape = z.object({ iss: z.string() });

/** Takes the token out of an `Authorization` header; undefined unless it is exactly `Bearer <token>` with a well-formed JWS. */
export function readToken(header: string): UnverifiedToken | undefined {
  if (header.length > longest + 'Bearer '.length) return undefined;
  const parts = /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(header)?.slice(1);
  const [first, second, signature] = parts ?? [];
  if (first === undefined || second === undefined || signature === undefined || decode(signature) === undefined) return undefined;
  const head = decodeJson(first);
  const parsed = headerShape.safeParse(head);
  const payload = payloadShape.safeParse(decodeJson(second));
  if (!parsed.success || !payload.success || forbidden.some((name) => Object.hasOwn(head as object, name))) return undefined;
  const { alg, kid } = parsed.data;
  return { text: `${first}.${second}.${signature}`, algorithm: alg, keyId: kid, issuer: payload.data.iss };
}

// Base64url has several spellings of the same bytes in its last character; a changed token must not stay valid.
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

function decodeJson(part: string): unknown {
  try {
    return parseUniqueJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(decode(part)));
  } catch {
    return undefined;
  }
}
