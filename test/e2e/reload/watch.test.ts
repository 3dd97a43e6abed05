import { expect, it } from '@jest/globals';
import { cp, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noPhones, notReloaded, reloaded, showsPhone, withReloadable } from '../../fixtures/reloadable.ts';

const watching = (every: string) => ({ 'customer360.yaml': (text: string) => text.replace(/^server:\n/m, `server:\n  watch: ${every}\n`) });
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

it('takes over what an editor has written, added, put in its place or removed, and nothing of what is wrong', async () => {
  await withReloadable({ edit: watching('100ms') }, async ({ gateway, folder, edit, untilSaid }) => {
    const policy = join(folder, 'policies/zz.cedar');
    expect(await showsPhone(gateway)).toBe(true);
    await untilSaid(reloaded, () => writeFile(policy, noPhones));
    expect(await showsPhone(gateway)).toBe(false);
    await untilSaid(notReloaded, () => edit('policies/zz.cedar', (text) => text.replace('phone"', 'fone"')));
    await gateway.logged('policies/zz.cedar');
    expect(await showsPhone(gateway)).toBe(false);
    await untilSaid(reloaded, () => rm(policy));
    expect(await showsPhone(gateway)).toBe(true);
    await untilSaid(reloaded, async () => {
      await writeFile(`${policy}.swp`, noPhones);
      await rename(`${policy}.swp`, policy);
    });
    expect(await showsPhone(gateway)).toBe(false);
  });
}, 120_000);

it('waits until nothing is written any more, and does nothing where files say the same as before', async () => {
  await withReloadable({ edit: watching('300ms') }, async ({ gateway, folder, untilSaid }) => {
    const policy = join(folder, 'policies/zz.cedar');
    await untilSaid(reloaded, async () => {
      // Half of it is no policy, and would be refused.
      for (let length = 5; length < noPhones.length; length += 12) {
        await writeFile(policy, noPhones.slice(0, length));
        await pause(100);
      }
      await writeFile(policy, noPhones);
    });
    expect(gateway.log()).not.toContain(notReloaded);
    expect(await showsPhone(gateway)).toBe(false);
    const said = gateway.log();
    await utimes(policy, new Date(), new Date());
    await writeFile(policy, noPhones);
    await pause(1200);
    expect(gateway.log()).toBe(said);
  });
}, 120_000);

it('follows a link that leads to another folder, as a mounted ConfigMap is changed', async () => {
  await withReloadable({
    edit: watching('100ms'),
    async prepare(written) {
      // As the kubelet lays it out: files are links into `..data`, which is a link to a folder of a time.
      const mounted = join(written, 'mounted');
      await mkdir(join(mounted, '..2026_01'), { recursive: true });
      for (const name of ['customer360.yaml', 'purposes.yaml', 'sources', 'policies', 'jwks.json']) {
        await cp(join(written, name), join(mounted, '..2026_01', name), { recursive: true });
        await symlink(join('..data', name), join(mounted, name));
      }
      await symlink('..2026_01', join(mounted, '..data'));
      return mounted;
    },
  }, async ({ gateway, folder, untilSaid }) => {
    expect(await showsPhone(gateway)).toBe(true);
    await untilSaid(reloaded, async () => {
      await cp(join(folder, '..2026_01'), join(folder, '..2026_02'), { recursive: true });
      await writeFile(join(folder, '..2026_02/policies/zz.cedar'), noPhones);
      await symlink('..2026_02', join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
      await rm(join(folder, '..2026_01'), { recursive: true });
    });
    expect(await showsPhone(gateway)).toBe(false);
    expect(gateway.log()).not.toContain(notReloaded);
  });
}, 120_000);

it('is off unless it is stated', async () => {
  await withReloadable({}, async ({ gateway, folder }) => {
    await writeFile(join(folder, 'policies/zz.cedar'), noPhones);
    await pause(1500);
    expect(await showsPhone(gateway)).toBe(true);
  });
}, 60_000);
