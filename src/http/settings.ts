import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import type { Faults } from '../parse/faults.ts';
import { byteSize, duration } from '../parse/shapes.ts';
import { readTls } from '../servers/tls-files.ts';
import { messageOf } from '../thrown.ts';

/** Host names of this machine, as they stand in an address. */
export const loopback = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

/** An origin to the letter as browsers send it, since it is compared to the letter. */
const origin = z.string().refine((text) => {
  const url = URL.parse(text);
  return url?.origin === text && !text.includes('*') && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname)));
}, 'expected an origin like "https://app.example" (https, or http on this machine; no path, no slash at its end)');

const corsShape = z
  .strictObject({
    origins: z.union([z.literal('*'), z.array(origin).min(1, 'expected at least one origin')]),
    /** Whether browsers may send along what they keep for the gateway, such as a cookie for what stands before it. */
    credentials: z.boolean().default(false),
    /** For how long a browser may remember what it may do. */
    maxAge: duration.default(600_000),
  })
  .refine(({ origins, credentials }) => origins !== '*' || !credentials, { path: ['credentials'], message: 'expected a list of origins beside "credentials"; never "*"' });
export type CorsSettings = Readonly<z.output<typeof corsShape>>;

const tlsShape = z.strictObject({
  /** The certificate, with those between it and the authority, and its key: the names of files, or PEM texts. */
  cert: z.string().min(1),
  key: z.string().min(1),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
});

const explorerMode = z.enum(['off', 'tokens', 'callers']);
export type ExplorerSettings = z.output<typeof explorerMode>;

/** Of `server` in `customer360.yaml`: how the gateway listens, and how long it bears with whom. */
export const listenerShape = {
  tls: tlsShape.optional(),
  /** Whose web pages may ask; without it, none. */
  cors: corsShape.optional(),
  /** Whether there is a page to try queries on; its user brings her own token, or, for demonstrations, the link that opens it brings callers with theirs. */
  explorer: explorerMode.default('off'),
  /** Within which a request's headers have to be here, and with them a TLS handshake. */
  headersTimeout: duration.default(10_000),
  /** Within which a whole request has to be here. */
  requestTimeout: duration.default(30_000),
  /** How long a connection is kept for another request: longer than what stands before the gateway keeps it, which would else send one into a connection that closes. */
  keepAlive: duration.default(65_000),
  /** After which a connection on which nothing moves is closed, even while its request is being answered or its answer is not taken. */
  idleTimeout: duration.default(120_000),
  maxHeader: byteSize.default(16 * 1024),
  maxConnections: z.int().min(1).default(10_000),
  /** Requests that are worked on at the same time, and fewer while the processor is what is short; more are answered with 503 at once. */
  maxInFlight: z.int().min(1).default(256),
} as const;

/** Which documents an audience may send: any; any, and what is not published is logged; what is published; its ids alone. */
export const documentMode = z.enum(['off', 'log', 'listed', 'ids']);
export type DocumentMode = z.output<typeof documentMode>;

export type ListenerSettings = Readonly<Omit<z.output<z.ZodObject<typeof listenerShape>>, 'tls' | 'cors' | 'explorer' | 'maxInFlight'>> & { readonly tls: ListenerTls | undefined };

/** What the gateway shows who it is by. */
export interface ListenerTls {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  /** When the certificate ends: milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Reads the certificate and its key, and sees whether they belong together. Undefined where there are none, or faults. */
export function readListenerTls(text: z.output<typeof tlsShape> | undefined, folder: string, faults: Faults): ListenerTls | undefined {
  if (text === undefined) return undefined;
  const { cert, key } = readTls({ cert: text.cert, key: text.key }, folder, faults);
  if (cert === undefined || key === undefined) return undefined;
  try {
    createSecureContext({ cert, key });
    return { cert, key, minVersion: text.minVersion, expiresAt: Date.parse(new X509Certificate(cert).validTo) };
  } catch (error) {
    faults.add('', `expected a certificate with its key: ${messageOf(error)}`);
    return undefined;
  }
}
