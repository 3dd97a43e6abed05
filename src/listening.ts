import type { AddressInfo, ListenOptions, Server } from 'node:net';

/** Lets a server listen and gives the port. Rejects with Node's own error, such as EADDRINUSE. */
export function listening(server: Server, options: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
