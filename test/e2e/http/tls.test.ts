import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasOpenssl, makeCertificates, type Certificates } from '../../fixtures/certificates.ts';
import { startCompany, type TestCompany } from '../../fixtures/company.ts';

// What is not here is skipped by name.
const withOpenssl = hasOpenssl() ? describe : describe.skip;

withOpenssl('TLS (needs openssl)', () => {
  let certificates: Certificates;
  const started: TestCompany[] = [];
  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(async () => {
    await Promise.all(started.map((company) => company.stop()));
    rmSync(certificates.folder, { recursive: true });
  });

  async function startWith(tls: string, setup: Parameters<typeof startCompany>[0] = {}): Promise<TestCompany> {
    const company = await startCompany({ ...setup, edit: { 'customer360.yaml': (text) => text.replace(/^server:\n/m, `server:\n  tls: ${tls}\n`) } });
    started.push(company);
    return company;
  }

  /** Asks for health over TLS; rejects where no connection comes about. */
  async function health({ gateway }: TestCompany, options: RequestOptions = {}): Promise<{ readonly status: number | undefined; readonly strict: string | string[] | undefined }> {
    const request = get(`${gateway.url}/health/live`, { ca: certificates.read('ca.pem'), agent: false, ...options });
    const [response] = await once(request, 'response') as [{ readonly statusCode: number | undefined; readonly headers: Record<string, string>; resume(): void }];
    response.resume();
    return { status: response.statusCode, strict: response.headers['strict-transport-security'] };
  }

  test('is spoken with a certificate and its key in files, from version 1.2 on', async () => {
    const company = await startWith('{ cert: server.pem, key: server.key }', { files: { 'server.pem': certificates.read('server.pem'), 'server.key': certificates.read('server.key') } });
    expect(company.gateway.url).toMatch(/^https:/);
    expect(await health(company)).toEqual({ status: 200, strict: 'max-age=31536000' });
    expect(await health(company, { maxVersion: 'TLSv1.2' })).toMatchObject({ status: 200 });
    // A client that is willing to speak what is broken.
    await expect(health(company, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toMatchObject({ message: expect.stringMatching(/protocol version/) });
    // Without the authority nobody is to believe it.
    await expect(health(company, { ca: undefined })).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('is spoken with PEM texts out of the environment, and with a newer version where that is asked for', async () => {
    const env = { TLS_CERT: certificates.read('server.pem'), TLS_KEY: certificates.read('server.key') };
    const company = await startWith('{ cert: "${TLS_CERT}", key: "${TLS_KEY}", minVersion: TLSv1.3 }', { env });
    expect(await health(company)).toMatchObject({ status: 200 });
    await expect(health(company, { maxVersion: 'TLSv1.2' })).rejects.toMatchObject({ message: expect.stringMatching(/protocol version/) });
  });

  test('is all that is spoken there', async () => {
    const [company] = started;
    const socket = connect(Number(new URL(company?.gateway.url ?? '').port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => void (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write('GET /health/live HTTP/1.1\r\nhost: gateway\r\n\r\n');
    await once(socket, 'close');
    expect(answer).not.toContain('HTTP');
  });

  test.each<[string, string, RegExp]>([
    ['of somebody else', '{ cert: server.pem, key: stranger.key }', /customer360\.yaml: server\.tls: expected a certificate with its key: .*mismatch/],
    ['that is not there', '{ cert: nowhere.pem, key: server.key }', /customer360\.yaml: server\.tls\.cert: cannot be read: ENOENT/],
    ['that is no key', '{ cert: server.pem, key: MIGHAgEAMBMGByqGSM49 }', /^(?!.*MIGHAgEAMBMGByqGSM49).*customer360\.yaml: server\.tls\.key: cannot be read: ENOENT/s],
    ['of too old a version', '{ cert: server.pem, key: server.key, minVersion: TLSv1.1 }', /customer360\.yaml: server\.tls\.minVersion: expected "TLSv1\.2" or "TLSv1\.3", got "TLSv1\.1"/],
  ])('with a certificate or key %s does not start', async (_, tls, message) => {
    const files = Object.fromEntries(['server.pem', 'server.key', 'stranger.key'].map((name) => [name, certificates.read(name)]));
    await expect(startWith(tls, { files })).rejects.toThrow(message);
  });
});
