import { expect, it } from '@jest/globals';
import { withReloadable } from '../../fixtures/reloadable.ts';

const query = '{ customer(by: { number: "10002" }) { number } }';

it('finishes what is under way on SIGTERM, and ends with 0', async () => {
  await withReloadable({ latency: 400 }, async ({ gateway }) => {
    await gateway.ask(query);
    const asked = gateway.ask(query);
    await new Promise((done) => setTimeout(done, 100));
    const ended = gateway.end('SIGTERM');
    expect((await asked).data.customer.number).toBe('10002');
    expect(await ended).toBe(0);
  });
}, 60_000);

it('goes on taking requests for stopDelay, over connections that are new, too, and says meanwhile that it is not ready', async () => {
  const edit = { 'customer360.yaml': (text: string) => text.replace(/^server:\n/m, 'server:\n  stopDelay: 4s\n') };
  await withReloadable({ edit }, async ({ gateway }) => {
    await gateway.ask(query);
    const ready = async () => {
      const response = await fetch(`${gateway.url}/health/ready`);
      return [response.status, await response.json()];
    };
    process.kill(gateway.pid ?? 0, 'SIGTERM');
    for (;;) {
      const [status, body] = await ready();
      if (status === 503) {
        expect(body).toMatchObject({ status: 'not ready', checks: { process: 'stopping' } });
        break;
      }
    }
    const { status, data } = await fetch(`${gateway.url}/graphql`, {
      method: 'POST', body: JSON.stringify({ query: '{ __typename }' }), headers: { 'content-type': 'application/json', connection: 'close' },
    }).then((response) => ({ status: response.status, data: response.headers.get('www-authenticate') }));
    // Nobody's request, but one that is answered and not refused.
    expect([status, data]).toEqual([401, 'Bearer']);
    expect((await gateway.ask(query)).data.customer.number).toBe('10002');
    expect(await gateway.exited).toBe(0);
    await expect(ready()).rejects.toThrow();
  });
}, 60_000);
