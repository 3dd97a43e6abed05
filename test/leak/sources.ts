import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOf, type Asked, type Answered } from './source-answers.ts';
import { spoil } from './spoil.ts';
import type { World } from './world.ts';

/** The three sources of a world, on one port: `/crm`, `/billing` and `/desk`. */
export interface Sources {
  readonly url: string;
  /** Serves another world from now on. */
  show(world: World): void;
  /**
   * What was asked since the last time: source, how, and for how many keys, sorted. A gateway on a busy machine may ask for keys in two calls
   * that it would have asked for in one, and so for a key that is not there once more or not; that tells nothing.
   */
  taken(): readonly string[];
  stop(): Promise<void>;
}

/** Starts the sources. They hold nobody before a world is shown. */
export async function serveSources(): Promise<Sources> {
  let world: World = { index: -1, people: [], faulty: false };
  let calls: { readonly how: string; readonly keys: readonly string[] }[] = [];
  const server = createServer((request, response) => {
    void read(request).then((asked) => {
      calls.push({ how: `${asked.path.split('/')[1] ?? ''} ${request.method ?? ''} ${String(asked.path.split('/').length)}`, keys: keysIn(asked) });
      const answered = answerOf(world, asked);
      const [fault] = answered.about.flatMap((person) => person.faults[answered.source] ?? []);
      if (fault === undefined) send(response, answered);
      else spoil(response, fault, answered, world);
    });
  });
  // A gateway keeps its connections for longer than Node would.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    show: (next) => void (world = next),
    taken() {
      const taken = [...Map.groupBy(calls, ({ how }) => how)].map(([how, all]) => {
        const single = all.filter(({ keys }) => keys.length === 0).length;
        return `${how}: ${new Set(all.flatMap(({ keys }) => keys)).size + single}`;
      }).sort();
      calls = [];
      return taken;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The keys that are asked for together; none where one thing is asked for. */
function keysIn({ query, body }: Asked): readonly string[] {
  return [...body.ids ?? [], ...body.values ?? [], ...['ids', 'numbers', 'emails', 'phones'].flatMap((name) => query.get(name)?.split(',').map((key) => `${name} ${key}`) ?? [])];
}

function send(response: ServerResponse, { status, body }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://source.example');
  const text = Buffer.concat(chunks).toString('utf8');
  return { path: url.pathname, query: url.searchParams, body: (text === '' ? {} : JSON.parse(text)) as Asked['body'] };
}
