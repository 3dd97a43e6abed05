import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasOpenssl, makeCertificates, type Certificates } from '../../fixtures/certificates.ts';
import { notReloaded, reloaded, withReloadable } from '../../fixtures/reloadable.ts';
import { readScrape, sumOf } from '../../fixtures/scrape.ts';

// What is not here is skipped by name.
const withOpenssl = hasOpenssl() ? describe : describe.skip;

withOpenssl('a certificate (needs openssl)', () => {
  let certificates: Certificates;
  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(() => rmSync(certificates.folder, { recursive: true }));

  /** Asks for health, and gives the name on the certificate that was shown and the socket that was used. */
  async function asked(url: string, agent: Agent): Promise<{ readonly name: string | string[] | undefined; readonly socket: TLSSocket }> {
    // Which certificate it is, is what is looked at; `test/e2e/http/tls.test.ts` has clients that verify it.
    const request = get(`${url}/health/live`, { agent, rejectUnauthorized: false });
    const [response] = await once(request, 'response') as [{ readonly statusCode: number | undefined; readonly socket: TLSSocket; resume(): void }];
    const { socket } = response;
    const name = socket.getPeerCertificate().subject.CN;
    response.resume();
    await once(response as never, 'end');
    return { name, socket };
  }

  const edit = { 'customer360.yaml': (text: string) => `${text.replace(/^server:\n/m, 'server:\n  watch: 100ms\n  tls: { cert: tls.pem, key: tls.key }\n')}\ntelemetry:\n  metrics: { port: 0 }\n` };
  const put = async (folder: string, name: string): Promise<void> => {
    await writeFile(join(folder, 'tls.pem'), certificates.read(`${name}.pem`));
    await writeFile(join(folder, 'tls.key'), certificates.read(`${name}.key`));
  };

  test('is taken over when its files change, while connections that are there stay; one without its key is not', async () => {
    await withReloadable({ edit, prepare: (folder) => put(folder, 'server') }, async ({ gateway, folder, untilSaid }) => {
      const kept = new Agent({ keepAlive: true, maxSockets: 1 });
      const fresh = (): Agent => new Agent({ keepAlive: false });
      try {
        const before = await asked(gateway.url, kept);
        expect(before.name).toBe('server');
        await untilSaid(reloaded, () => put(folder, 'client'));
        expect((await asked(gateway.url, fresh())).name).toBe('client');
        const after = await asked(gateway.url, kept);
        expect(after.socket).toBe(before.socket);
        await untilSaid(notReloaded, () => writeFile(join(folder, 'tls.key'), certificates.read('stranger.key')));
        await gateway.logged('server.tls: expected a certificate with its key');
        expect((await asked(gateway.url, fresh())).name).toBe('client');
        const series = readScrape(await (await fetch(String(gateway.metricsUrl))).text());
        expect(sumOf(series, 'customer360_tls_certificate_expires_at_seconds')).toBeGreaterThan(Date.now() / 1000);
        expect(new Set(series.filter(({ name }) => name === 'http_server_request_duration_seconds_count').map(({ labels }) => labels['url_scheme']))).toEqual(new Set(['https']));
      } finally {
        kept.destroy();
      }
    });
  }, 120_000);
});
