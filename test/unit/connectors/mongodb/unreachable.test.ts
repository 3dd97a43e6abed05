import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Connector } from '../../../../src/connectors/connector.ts';
import { sourceKey, sourceName } from '../../../../src/ids.ts';
import { openMongodb } from '../../../fixtures/mongodb-server.ts';

/** What can be tried without a MongoDB: that the connector gives up. */
describe('what is no mongodb server', () => {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server?.close();
  });

  async function facing(answer: (socket: Socket) => void): Promise<Connector> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `mongodb://reader:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}`;
    return openMongodb({ url, database: 'crm' }, { person: { key: '_id', settings: { collection: 'people' } } }, { source: sourceName('crm'), clock: Date.now, warn: () => undefined });
  }
  const read = (connector: Connector, milliseconds: number) =>
    connector.read({ entity: 'person', keys: [sourceKey('1')], fields: [] }, { signal: new AbortController().signal, deadline: Date.now() + milliseconds, requestId: 'r' });

  test.each([
    ['hangs up', (socket: Socket) => socket.end()],
    ['speaks HTTP', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n<html></html>')],
    ['sends a length beyond all measure', (socket: Socket) => socket.write(Buffer.from('ffffff7f000000000000000001000000', 'hex'))],
  ])('and %s is SOURCE_UNAVAILABLE', async (_, answer) => {
    const connector = await facing(answer);
    await expect(read(connector, 4000)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source', message: expect.not.stringContaining('s3cret') });
    await connector.close();
  });

  test('and is mute ends a call at its deadline, and does not keep the connector from closing', async () => {
    const connector = await facing(() => undefined);
    await connector.read({ entity: 'person', keys: [], fields: [] }, { signal: new AbortController().signal, deadline: Infinity, requestId: 'r' });
    const started = performance.now();
    await expect(read(connector, 200)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(1000);
    await connector.close();
    await connector.close();
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
