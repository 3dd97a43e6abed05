import { z } from 'zod';
import type { Faults } from '../parse/faults.ts';
import { duration, secretKey, secretText } from '../parse/shapes.ts';
import { secret, type Secret } from '../secret.ts';
import { isThisMachine } from '../servers/this-machine.ts';
import { readTls, type TlsFiles } from '../servers/tls-files.ts';

/** `redis` of `customer360.yaml`: what several processes share beside the store. Without it, each keeps that for itself. */
export const redisShape = z.strictObject({
  url: secretText,
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })]).optional(),
  /** Names and seals all that is put there; the same on every process. */
  key: secretKey,
  /** Stands before every name, so that others may use the same Redis. */
  prefix: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'expected letters, digits, - and _').default('customer360'),
  /** The end of every wait. */
  timeout: duration.refine((time) => time >= 10 && time <= 5000, 'expected from 10ms to 5s').default(500),
});
export type RedisText = z.output<typeof redisShape>;

/** Where Redis is, and who the gateway is there. */
export interface RedisSettings extends Pick<RedisText, 'key' | 'prefix' | 'timeout'> {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly database: number;
  /** The server's certificate is always verified: by the usual authorities, or by those of `ca` alone. Undefined means in the clear. */
  readonly tls: TlsFiles | undefined;
}

const form = 'an address like "rediss://user:password@host:6379/0", or "redis://…" on this machine';

/** Understands what the shape has let pass. Without `tls`, a Redis on this machine is spoken to as its address says, and any other over TLS. */
export function parseRedis({ url: text, tls: stated, key, prefix, timeout }: RedisText, folder: string, faults: Faults): RedisSettings | undefined {
  const url = URL.parse(text.reveal());
  const database = /^\/?(\d{0,4})$/.exec(url?.pathname ?? '')?.[1];
  const [user, password] = [decoded(url?.username), decoded(url?.password)];
  // The address holds a password: no message may show it.
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '' || url.search !== '' || url.hash !== '' || database === undefined || user === undefined || password === undefined) {
    faults.add('url', `expected ${form}, with no options, and user and password percent-encoded`);
    return undefined;
  }
  const before = faults.all().length;
  if (url.protocol === 'rediss:' && stated === false) faults.add('tls', '"rediss" is TLS: leave "tls" out, or write "redis"');
  const wanted = stated ?? (url.protocol === 'rediss:' || !isThisMachine(url.hostname));
  const tls = wanted === false ? undefined : readTls(wanted === true ? {} : { ca: undefined, cert: undefined, key: undefined, ...wanted }, folder, faults.at('tls'));
  if (faults.all().length > before) return undefined;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? 6379 : Number(url.port),
    user: user === '' ? undefined : user, password: password === '' ? undefined : secret(password),
    database: Number(database), tls, key, prefix, timeout,
  };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return undefined;
  }
}
