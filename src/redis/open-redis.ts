import { createClient, RESP_TYPES, type RedisClientType } from '@redis/client';
import { codeOf, messageOf } from '../thrown.ts';
import type { ObserveRedis } from './events.ts';
import { RedisError, type Commands, type Listener, type Redis } from './redis.ts';
import { openSeal } from './seal.ts';
import type { RedisSettings } from './settings.ts';

/** A connection says something every so often, so that one that is cut off without a word is noticed. */
const pingEvery = 1000;
/** Milliseconds without a word after which a connection is given up. */
const silence = 3000;
const longestPause = 2000;
/** Commands that wait for their answers; beyond it they are refused. */
const mostWaiting = 20_000;

/**
 * Opens the connection, and waits for it no longer than for any answer: a process starts without Redis, and finds it when it is there.
 * A connection that was lost is made again, with longer and longer pauses.
 */
export async function openRedis({ settings, observe, random }: { readonly settings: RedisSettings; readonly observe: ObserveRedis; readonly random: () => number }): Promise<Redis> {
  const { timeout, prefix } = settings;
  const channel = `${prefix}:told`;
  const client = createClient({
    socket: {
      host: settings.host, port: settings.port, connectTimeout: Math.max(timeout, 1000), socketTimeout: Math.max(silence, timeout),
      ...(settings.tls === undefined ? {} : { tls: true as const, ...settings.tls }),
      reconnectStrategy: (tries) => Math.min(longestPause, 50 * 2 ** Math.min(tries, 6)) * (0.5 + random() / 2),
    },
    ...(settings.user === undefined ? {} : { username: settings.user }),
    ...(settings.password === undefined ? {} : { password: settings.password.reveal() }),
    database: settings.database,
    name: 'customer360',
    pingInterval: pingEvery,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandsQueueMaxLength: mostWaiting,
  });
  const commands = commandsOf(client, channel);
  const listeners = new Set<Listener>();
  let up: boolean | undefined;
  // It has not answered in time, and is asked nothing until it does.
  let doubted = false;
  let probing = false;
  let closed = false;

  /** Whether it answers is known. */
  const first = Promise.withResolvers<undefined>();
  const missed = (): void => listeners.forEach((listener) => listener.missed());
  const turn = (now: boolean, reason?: string): void => {
    if (up === now || closed) return;
    const before = up;
    up = now;
    // Lost: what is told from now on is not heard. Back: nor was what has been told meanwhile.
    if (before !== undefined) missed();
    observe({ kind: 'state', up: now, reason });
    first.resolve(undefined);
  };
  const hear = (message: Buffer): void => listeners.forEach((listener) => listener.told(message));
  client.on('ready', () => {
    // After the first time the client does so itself, before it says that it is ready; the same listener is not added again.
    client.subscribe(channel, hear, true).then(() => {
      doubted = false;
      turn(true);
    }, (error: unknown) => turn(false, reasonOf(error)));
  });
  client.on('error', (error: unknown) => {
    if (!client.isReady) turn(false, reasonOf(error));
  });
  client.connect().catch((error: unknown) => turn(false, reasonOf(error)));

  const isUp = (): boolean => up === true && client.isReady && !doubted;

  /** Finds out whether an answer that is late is only late. */
  const probe = (): void => {
    if (probing || closed) return;
    probing = true;
    const timer = setTimeout(() => (doubted = true), timeout);
    client.ping().then(() => (doubted = false), () => undefined).finally(() => {
      clearTimeout(timer);
      probing = false;
    });
  };

  const redis: Redis = {
    seal: openSeal(settings.key, prefix),
    isUp,
    async ask(operation, ask, within = timeout) {
      const start = performance.now();
      const told = (failed: RedisError['code'] | undefined): void => observe({ kind: 'asked', operation, milliseconds: performance.now() - start, failed });
      if (!isUp()) {
        told('DOWN');
        throw new RedisError('DOWN', 'Redis does not answer at the moment');
      }
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new RedisError('TIMEOUT', `Redis has not answered within ${within} ms`)), within);
      });
      try {
        const answer = await Promise.race([ask(commands), late]);
        told(undefined);
        return answer;
      } catch (error) {
        const failure = error instanceof RedisError ? error : new RedisError('ERROR', `Redis failed: ${reasonOf(error)}`, error);
        if (failure.code === 'TIMEOUT') {
          if (within >= timeout) doubted = true;
          probe();
        }
        told(failure.code);
        throw failure;
      } finally {
        clearTimeout(timer);
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      if (closed) return;
      closed = true;
      listeners.clear();
      client.destroy();
    },
  };
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([first.promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(timeout, 1000))))]);
  clearTimeout(timer);
  // Somebody has to be told, even where a connection is neither made nor refused.
  if (up === undefined) turn(false, 'TIMEOUT');
  return redis;
}

/**
 * Both or neither. Not MULTI: before 7.2, Redis writes what a process tells itself into the middle of the transaction's answer, which nobody can read then.
 */
const dropAndTell = "for _, name in ipairs(KEYS) do redis.call('DEL', name) end return redis.call('PUBLISH', ARGV[1], ARGV[2])";

function commandsOf(client: RedisClientType, channel: string): Commands {
  const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    values: (names) => bytes.mGet([...names]),
    async claim(puts) {
      return await Promise.all(puts.map(async ({ name, value, keepFor }) => {
        const there = await bytes.set(name, value, { condition: 'NX', GET: true, expiration: { type: 'PX', value: Math.ceil(keepFor) } });
        return there === null || typeof there === 'string' ? Buffer.from(value) : there;
      }));
    },
    async put(puts, longer = []) {
      await Promise.all([
        ...puts.map(({ name, value, keepFor }) => client.set(name, value, { expiration: { type: 'PX', value: Math.ceil(keepFor) } })),
        ...longer.map(({ name, keepFor }) => client.pExpire(name, Math.ceil(keepFor))),
      ]);
    },
    async drop(names, message) {
      await client.eval(dropAndTell, { keys: [...names], arguments: [channel, message] });
    },
    run: (script, names, values) => client.eval(script, { keys: [...names], arguments: [...values] }),
  };
}

/** What went wrong in a word: a code of Node's, or the one that begins an answer of Redis, whose other words may quote what was asked. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== '') return code;
  return /^[A-Z]{3,}\b/.exec(messageOf(error))?.[0] ?? (error instanceof Error ? error.constructor.name : 'unknown');
}
