import { createServer as createTlsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { hasOpenssl, makeCertificates, type Certificates } from '../../../fixtures/certificates.ts';
import {
  gist,
  openSource,
  readContacts,
  rejection,
  someCall,
  startServer,
  testNow,
  withSource,
  type Answering,
  type TestServer,
} from '../../../fixtures/http-source.ts';
import { startProxy } from '../../../fixtures/proxy.ts';

const entities = { contact: { read: { post: '/contacts/{key}', body: { id: '{key}' } } } };
const ann: Answering = ({ body }) => ({ json: { id: (JSON.parse(body) as { id: string }).id, name: 'Ann' } });

describe('a proxy', () => {
  test("is asked in absolute form for a source without TLS, with its own credential and not the source's", async () => {
    const proxy = await startProxy();
    const text = { settings: { proxy: proxy.url.replace('//', '//gate:p%40ss@'), auth: { bearer: 't' } }, entities };
    await withSource(ann, text, async ({ connector, server }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
      expect(proxy.seen).toEqual([
        { line: `POST ${server.url}/contacts/a`, authorization: `Basic ${Buffer.from('gate:p@ss').toString('base64')}` },
      ]);
      expect(server.seen).toMatchObject([{ headers: { authorization: 'Bearer t', host: server.url.slice('http://'.length) } }]);
    });
    await proxy.stop();
  });

  test('also leads to the token server', async () => {
    const proxy = await startProxy();
    const issuer = await startServer(() => ({ json: { access_token: 't1', token_type: 'bearer' } }));
    const auth = { oauth2: { tokenUrl: `${issuer.url}/token`, clientId: 'c', clientSecret: 's' } };
    await withSource(ann, { settings: { proxy: proxy.url, auth }, entities }, async ({ connector, server }) => {
      expect((await readContacts(connector, ['a'])).map(gist)).toEqual(['Ann']);
      expect(proxy.seen.map(({ line }) => line)).toEqual([`POST ${issuer.url}/token`, `POST ${server.url}/contacts/a`]);
    });
    await Promise.all([proxy.stop(), issuer.stop()]);
  });

  test('that cannot be reached makes the source SOURCE_UNAVAILABLE', async () => {
    await withSource(ann, { settings: { proxy: 'http://127.0.0.1:1' }, entities }, async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a']))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect(server.seen).toEqual([]);
    });
  });

  test('does not keep an aborted call from ending upstream', async () => {
    const proxy = await startProxy();
    const abort = new AbortController();
    const hanging: Answering = () => {
      abort.abort();
      return 'never';
    };
    await withSource(hanging, { settings: { proxy: proxy.url }, entities }, async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a'], someCall(abort.signal)))).toMatchObject({ code: 'SOURCE_TIMEOUT' });
      while (server.pending() > 0) await new Promise((resolve) => setImmediate(resolve));
    });
    await proxy.stop();
  });
});

test('an answer that does not come by the deadline is SOURCE_TIMEOUT even if nobody aborts the call', async () => {
  await withSource(
    () => 'never',
    { entities },
    async ({ connector, server }) => {
      expect(await rejection(readContacts(connector, ['a'], { ...someCall(), deadline: testNow + 20 }))).toMatchObject({
        code: 'SOURCE_TIMEOUT',
      });
      while (server.pending() > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  );
});

const describeWithOpenssl = hasOpenssl() ? describe : describe.skip;

describeWithOpenssl('TLS (needs the openssl command)', () => {
  let files: Certificates;
  let server: TestServer;
  beforeAll(async () => {
    files = makeCertificates();
    const options = {
      ca: files.read('ca.pem'),
      cert: files.read('server.pem'),
      key: files.read('server.key'),
      requestCert: true,
      rejectUnauthorized: true,
    };
    server = await startServer(ann, (listener) => createTlsServer(options, listener));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(files.folder, { recursive: true });
  });

  const readWith = async (settings: object) => {
    const connector = openSource(server.url.replace('http:', 'https:'), { settings: { ...settings }, entities, folder: files.folder });
    return readContacts(connector, ['a']).finally(async () => connector.close());
  };
  const trusted = { ca: 'ca.pem', cert: 'client.pem', key: 'client.key' };

  test('with a private authority and a client certificate works', async () => {
    expect((await readWith({ tls: trusted })).map(gist)).toEqual(['Ann']);
  });

  test('goes through a proxy in a tunnel, which sees no request', async () => {
    const proxy = await startProxy();
    expect((await readWith({ tls: trusted, proxy: proxy.url })).map(gist)).toEqual(['Ann']);
    expect(proxy.seen.map(({ line }) => line)).toEqual([`CONNECT ${server.url.slice('http://'.length)}`]);
    await proxy.stop();
  });

  test.each([
    ['without the private authority', { cert: 'client.pem', key: 'client.key' }, 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['with another authority', { ...trusted, ca: 'stranger.pem' }, 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['without a client certificate', { ca: 'ca.pem' }, ''],
    ["with a stranger's client certificate", { ...trusted, cert: 'stranger.pem', key: 'stranger.key' }, ''],
  ])('%s is SOURCE_UNAVAILABLE', async (_, tls, why) => {
    const failure = await rejection(readWith({ tls }));
    expect(failure).toMatchObject({ code: 'SOURCE_UNAVAILABLE', fault: 'source' });
    expect(failure.message).toContain(why);
  });

  test('trusts the private authority for a token server elsewhere too, but shows it no client certificate', async () => {
    const certificates: unknown[] = [];
    const options = { cert: files.read('server.pem'), key: files.read('server.key'), requestCert: true, rejectUnauthorized: false };
    const issuer = await startServer(
      (_, response) => {
        certificates.push((response.socket as TLSSocket).getPeerCertificate().subject);
        return { json: { access_token: 't1', token_type: 'bearer' } };
      },
      (listener) => createTlsServer(options, listener),
    );
    const auth = { oauth2: { tokenUrl: `${issuer.url.replace('http:', 'https:')}/token`, clientId: 'c', clientSecret: 's' } };
    expect((await readWith({ tls: trusted, auth })).map(gist)).toEqual(['Ann']);
    expect(certificates).toEqual([undefined]);
    await issuer.stop();
  });
});
