import { createHmac } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { serveCrm } from '../../../sample/crm.ts';
import { companyTime, inStore } from '../../fixtures/company.ts';
import { notReloaded, reloaded, withReloadable } from '../../fixtures/reloadable.ts';

const webhook = `webhook:
  hmac: { header: X-Hub-Signature-256, prefix: "sha256=", secrets: ["\${CRM_HOOK}"] }
  drops: [{ entity: contact, keys: contact.id }]
`;
const edit = {
  'sources/crm.yaml': (text: string) => `${text.replace('    key: id\n', '    key: id\n    cache: { maxAge: 1h }\n')}\n${webhook}`,
};

it('takes credentials of sources and keys of webhooks from a file that changes while it runs, and never half of them', async () => {
  const file = (folder: string): string => join(folder, 'secrets.env');
  const write = (folder: string, token: string, hook: string): Promise<void> => writeFile(file(folder), `CRM_TOKEN=${token}\nCRM_HOOK=${hook}\n`);
  await withReloadable({
    edit, options: (folder) => ['--environment', file(folder)], prepare: (folder) => write(folder, 'crm-token', 'hook-of-yesterday'),
  }, async ({ gateway, folder, systems, hangUp }) => {
    // A customer each, since rows are kept.
    const profileOf = async (number: number): Promise<unknown> => {
      const { data, errors } = await gateway.ask(`{ customer(by: { number: "${number}" }) { profile { name } } }`);
      return errors[0]?.extensions['code'] ?? (data.customer === null ? 'nobody' : 'fine');
    };
    let events = 0;
    const event = async (secret: string): Promise<number> => {
      const body = JSON.stringify({ contact: { id: String(events += 1) } });
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
      return (await fetch(`${gateway.url}/webhooks/crm`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature } })).status;
    };
    expect(await profileOf(10_002)).toBe('fine');
    expect([await event('hook-of-yesterday'), await event('hook-of-today')]).toEqual([204, 401]);

    // The CRM has changed its token: the one that the process began with is good for nothing any more.
    await systems.crm.close();
    const crm = await serveCrm({ port: Number(new URL(systems.crm.url).port), people: systems.people, credentials: 'crm-token-of-today', clock: () => companyTime });
    try {
      expect(await profileOf(10_003)).not.toBe('fine');
      await rm(file(folder));
      await hangUp(notReloaded);
      expect(await event('hook-of-yesterday')).toBe(204);
      await write(folder, 'crm-token-of-today', 'hook-of-today');
      await hangUp(reloaded);
      expect(await profileOf(10_004)).toBe('fine');
      expect([await event('hook-of-today'), await event('hook-of-yesterday')]).toEqual([204, 401]);
      for (const secret of ['hook-of', 'crm-token']) expect(gateway.log()).not.toContain(secret);
    } finally {
      await crm.close();
    }
  });
}, 120_000);

it('writes the trail with another key from a reload on, in a chain of its own', async () => {
  await withReloadable({}, async ({ gateway, folder, edit: change, hangUp }) => {
    const about = (): Promise<unknown> => gateway.ask('{ customer(by: { number: "10002" }) { number } }');
    await about();
    await change('customer360.yaml', (text) => text.replace('- { id: sample,', `- { id: new, key: ${'n'.repeat(32)} }\n    - { id: sample,`));
    await hangUp(reloaded);
    await about();
    const written = inStore({ folder }, "SELECT key, count(DISTINCT chain) AS chains FROM audit_entry WHERE kind = 'disclosure' GROUP BY key ORDER BY min(at)");
    expect(written.map((row) => ({ ...row }))).toEqual([{ key: 'sample', chains: 1 }, { key: 'new', chains: 1 }]);
  });
}, 60_000);
