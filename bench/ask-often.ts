import { Pool } from 'undici';

/** What the program is told to ask: so many requests, so many at a time. It answers `done`, or what went wrong. */
export interface AskOften {
  readonly url: string;
  readonly token: string;
  readonly query: string;
  readonly requests: number;
  readonly clients: number;
}

/** A client in a process of its own, so that what it takes is not counted: a program, not a module. */
const pools = new Map<string, Pool>();

process.on('message', (asked: AskOften) => {
  askOften(asked).then(() => process.send?.('done'), (error: unknown) => process.send?.(String(error)));
});
process.send?.('ready');

async function askOften({ url, token, query, requests, clients }: AskOften): Promise<void> {
  const { origin, pathname } = new URL(url);
  const pool = pools.get(origin) ?? new Pool(origin, { connections: clients, pipelining: 1 });
  pools.set(origin, pool);
  let left = requests;
  await Promise.all(Array.from({ length: clients }, async () => {
    while ((left -= 1) >= 0) {
      const { statusCode, body } = await pool.request({
        method: 'POST', path: pathname, headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query }),
      });
      const answer = (await body.json()) as { readonly errors?: readonly { readonly extensions: { readonly code: string } }[] };
      if (statusCode !== 200 || answer.errors?.some(({ extensions: { code } }) => code !== 'UNAUTHORIZED_FIELD_OR_TYPE') === true) {
        throw new Error(`the gateway answered ${statusCode}: ${JSON.stringify(answer).slice(0, 500)}`);
      }
    }
  }));
}
