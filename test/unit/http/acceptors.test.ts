import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { listen, type Acceptors } from '../../../src/http/acceptors.ts';

const host = '127.0.0.1';
const several = process.platform === 'linux' ? test : test.skip;

let acceptors: Acceptors | undefined;
const clients: Socket[] = [];
afterEach(async () => {
  clients.splice(0).forEach((client) => client.destroy());
  await acceptors?.close();
  acceptors = undefined;
});

async function open(server: Server, maxConnections = 1000): Promise<Acceptors> {
  return (acceptors = await listen(server, { host, port: 0, maxConnections }));
}

function join(port: number): Socket {
  const client = connect({ host, port });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

several('several connections are taken in a turn of the event loop', async () => {
  const turns = new Set<number>();
  let turn = 0;
  let taken = 0;
  const all = 64;
  const { promise: allTaken, resolve } = Promise.withResolvers<void>();
  const { port } = await open(createServer().on('connection', () => {
    turns.add(turn);
    if (++taken === all) resolve();
  }));
  const joined = Array.from({ length: all }, () => join(port));
  // What is connected waits to be taken by a loop that has not turned since.
  const count = (): void => {
    turn += 1;
    if (taken < all) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all([allTaken, ...joined.map((one) => once(one, 'connect'))]);
  expect(turns.size).toBeLessThan(all / 2);
});

test('no more connections are borne than may be, whichever socket took them, and a place is free again when one ends', async () => {
  const most = 5;
  const there = new Set<Socket>();
  const { port } = await open(createServer().on('connection', (socket: Socket) => {
    there.add(socket.on('close', () => there.delete(socket)));
  }), most);
  const all = 40;
  let refused = 0;
  for (let at = 0; at < all; at += 1) join(port).on('close', () => (refused += 1));
  while (refused < all - most) await new Promise((resolve) => setImmediate(resolve));
  expect(there.size).toBe(most);
  const [one] = there;
  one?.destroy();
  while (there.size === most) await new Promise((resolve) => setImmediate(resolve));
  const next = join(port);
  await once(next, 'connect');
  while (there.size < most) await new Promise((resolve) => setImmediate(resolve));
});

test('an address where somebody listens is not shared', async () => {
  const { port } = await open(createServer());
  await expect(listen(createServer(), { host, port, maxConnections: 10 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await acceptors?.close();
  acceptors = await listen(createServer(), { host, port, maxConnections: 10 });
  expect(acceptors.port).toBe(port);
});

test('what is open when it closes is waited for', async () => {
  const server = createServer();
  const { port, close } = await open(server);
  const joined = Array.from({ length: 20 }, () => join(port));
  await Promise.all(joined.map((one) => once(one, 'connect')));
  let over = false;
  const closing = close().then(() => (over = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(over).toBe(false);
  joined.forEach((one) => one.end());
  await closing;
});
