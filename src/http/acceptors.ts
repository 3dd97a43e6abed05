import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { listening } from '../listening.ts';

/** Where a server listens. */
export interface Acceptors {
  readonly port: number;
  /** Stops listening; resolves when all connections have ended. */
  close(): Promise<void>;
}

/** Sockets that listen, where the system lets several have one port. Elsewhere it is one. */
const count = process.platform === 'linux' ? 16 : 1;

/**
 * Listens with several sockets at one address and gives all connections to `server`, of which it bears `maxConnections`. Of each socket that
 * listens Node takes one connection in a turn of its event loop; with one socket, 500 clients that connect while a turn takes 100 ms, and
 * health checks behind them, would wait for 50 s.
 */
export async function listen(server: HttpServer, { host, port, maxConnections }: { readonly host: string; readonly port: number; readonly maxConnections: number }): Promise<Acceptors> {
  if (count > 1) await refuseTaken(host, port);
  let [open, others] = [0, 0];
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  const share = (change: number): void => {
    others += change;
    // Of itself the server counts only those that it took.
    server.maxConnections = maxConnections - others;
  };
  share(0);
  const take = (socket: Socket): void => {
    if (open >= maxConnections) return void socket.destroy();
    share(1);
    socket.once('close', () => share(-1));
    server.emit('connection', socket);
  };
  const first = await listening(server, { host, port, reusePort: count > 1 });
  // They take connections as it does itself.
  const options = { allowHalfOpen: !(server instanceof TlsServer), noDelay: true };
  const rest = Array.from({ length: count - 1 }, () => createServer(options, take));
  const all = [server, ...rest];
  const close = async (): Promise<void> => void await Promise.all(all.map(closed));
  try {
    for (const one of rest) await listening(one, { host, port: first, reusePort: true });
  } catch (error) {
    await close();
    throw error;
  }
  return { port: first, close };
}

/** Throws what listening at an address throws if somebody does so already: with `reusePort` a second process would share the first one's clients. */
async function refuseTaken(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const alone = createServer((socket) => socket.destroy());
  await listening(alone, { host, port });
  await closed(alone);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
