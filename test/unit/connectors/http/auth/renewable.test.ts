import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../../../src/connectors/http/auth/auth.ts';
import { renewable, type Lease } from '../../../../../src/connectors/http/auth/renewable.ts';
import { failuresOf } from '../../../../../src/connectors/failure.ts';
import { sourceName } from '../../../../../src/ids.ts';
import { rejection } from '../../../../fixtures/http-source.ts';

const fail = failuresOf(sourceName('crm'));
const named = (name: string): Credential => ({ headersFor: () => ({ name }), query: {} });
const someone = (): AbortSignal => new AbortController().signal;

/** A renewable credential whose fetches are answered by hand. */
function aRenewable() {
  let now = 0;
  const fetches: { readonly signal: AbortSignal; land(lease: Lease): void; crash(error: Error): void }[] = [];
  const auth = renewable(
    async (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<Lease>();
      fetches.push({ signal, land: resolve, crash: reject });
      return promise;
    },
    { clock: () => now, fail },
  );
  return { auth, fetches, setNow: (to: number) => (now = to) };
}

describe('a renewable credential', () => {
  test('is fetched once for all who wait, and kept', async () => {
    const { auth, fetches } = aRenewable();
    const waiting = [auth.credential(someone()), auth.credential(someone()), auth.credential(someone())];
    const first = named('first');
    fetches[0]?.land({ credential: first, until: 10 });
    expect(await Promise.all(waiting)).toEqual([first, first, first]);
    expect(await auth.credential(someone())).toBe(first);
    expect(fetches).toHaveLength(1);
  });

  test('is fetched again when its time is over', async () => {
    const { auth, fetches, setNow } = aRenewable();
    const early = auth.credential(someone());
    fetches[0]?.land({ credential: named('first'), until: 10 });
    await early;
    setNow(9);
    await auth.credential(someone());
    expect(fetches).toHaveLength(1);
    setNow(10);
    const late = auth.credential(someone());
    const second = named('second');
    fetches[1]?.land({ credential: second, until: 20 });
    expect(await late).toBe(second);
  });

  test('that was refused is fetched again, once for all who were refused', async () => {
    const { auth, fetches } = aRenewable();
    const first = named('first');
    const waiting = auth.credential(someone());
    fetches[0]?.land({ credential: first, until: 10 });
    await waiting;
    expect([auth.refused(first), auth.refused(first)]).toEqual([true, true]);
    const again = [auth.credential(someone()), auth.credential(someone())];
    const second = named('second');
    fetches[1]?.land({ credential: second, until: 10 });
    expect(await Promise.all(again)).toEqual([second, second]);
    // Somebody slow, who still held the first one, must not throw away the second.
    auth.refused(first);
    expect(await auth.credential(someone())).toBe(second);
    expect(fetches).toHaveLength(2);
  });

  test('that cannot be had fails all who wait, and the next tries anew', async () => {
    const { auth, fetches } = aRenewable();
    const waiting = [rejection(auth.credential(someone())), rejection(auth.credential(someone()))];
    fetches[0]?.crash(fail('SOURCE_UNAVAILABLE', 'no login'));
    expect((await Promise.all(waiting)).map(({ message }) => message)).toEqual(['no login', 'no login']);
    const next = auth.credential(someone());
    const second = named('second');
    fetches[1]?.land({ credential: second, until: 10 });
    expect(await next).toBe(second);
  });

  test('is still fetched for those who stay when the first to wait leaves', async () => {
    const { auth, fetches } = aRenewable();
    const leaving = new AbortController();
    const left = rejection(auth.credential(leaving.signal));
    const stays = auth.credential(someone());
    leaving.abort();
    expect(await left).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(fetches[0]?.signal.aborted).toBe(false);
    const first = named('first');
    fetches[0]?.land({ credential: first, until: 10 });
    expect(await stays).toBe(first);
  });

  test('is no longer fetched when the last to wait leaves, and who comes then starts anew', async () => {
    const { auth, fetches } = aRenewable();
    const leaving = new AbortController();
    const left = [rejection(auth.credential(leaving.signal)), rejection(auth.credential(leaving.signal))];
    leaving.abort();
    await Promise.all(left);
    expect(fetches[0]?.signal.aborted).toBe(true);
    const next = auth.credential(someone());
    expect(fetches).toHaveLength(2);
    fetches[0]?.crash(new Error('called off'));
    await new Promise((resolve) => setImmediate(resolve));
    const joins = auth.credential(someone());
    expect(fetches).toHaveLength(2);
    const second = named('second');
    fetches[1]?.land({ credential: second, until: 10 });
    expect(await Promise.all([next, joins])).toEqual([second, second]);
  });

  test('is not fetched for who has left already', async () => {
    const { auth, fetches } = aRenewable();
    expect(await rejection(auth.credential(AbortSignal.abort()))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(fetches).toEqual([]);
  });

  test('is called off when the source is closed', async () => {
    const { auth, fetches } = aRenewable();
    void rejection(auth.credential(someone())).catch(() => undefined);
    await auth.close();
    expect(fetches[0]?.signal.aborted).toBe(true);
  });
});
