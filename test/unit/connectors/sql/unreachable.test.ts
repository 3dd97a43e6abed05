import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connector } from '../../../../src/connectors/connector.ts';
import { sqlKind } from '../../../../src/connectors/sql/kind.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';
import { collectFaults } from '../../../../src/parse/faults.ts';

const schemes = { postgres: 'postgres', mysql: 'mysql', mssql: 'mssql', oracle: 'oracle' } as const;

/** What can be tried of every driver without its server: that it gives up. */
describe.each(Object.entries(schemes))('a %s server', (dialect, scheme) => {
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  let mutePort = 0;
  let emptyPort = 0;
  beforeAll(async () => {
    const ports = [mute, createServer()].map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      if (server !== mute) server.close();
      return port;
    });
    [mutePort = 0, emptyPort = 0] = await Promise.all(ports);
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  const open = (port: number): Connector => {
    const settings = { dialect, url: `${scheme}://reader:s3cret@127.0.0.1:${port}/erp` };
    const source = sqlKind.parse({ settings, entities: { kunde: { key: 'id', settings: { table: 'kunde' } } }, folder: '/' }, collectFaults('x'));
    if (source === undefined) throw new Error('expected a source');
    return source.open({ source: sourceName('erp'), clock: Date.now, warn: () => undefined });
  };
  const ask = (connector: Connector, milliseconds: number) =>
    connector.read({ entity: 'kunde', keys: [sourceKey('1')], fields: [] }, { signal: new AbortController().signal, deadline: Date.now() + milliseconds, requestId: 'r' });

  test('that is not there is SOURCE_UNAVAILABLE', async () => {
    const connector = open(emptyPort);
    await expect(ask(connector, 5000)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source', message: expect.not.stringContaining('s3cret') });
    await connector.close();
  });

  test('that does not answer is SOURCE_TIMEOUT at the deadline', async () => {
    const connector = open(mutePort);
    await connector.read({ entity: 'kunde', keys: [], fields: [] }, { signal: new AbortController().signal, deadline: Infinity, requestId: 'r' });
    const started = performance.now();
    await expect(ask(connector, 200)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(1000);
    for (const socket of sockets) socket.destroy();
    await connector.close();
  });
});
