import { startCompany, type CompanySetup, type TestCompany } from '../../fixtures/company.ts';
import type { Answered } from '../../fixtures/gateway.ts';
import { startFaultyProxy, type FaultyProxy } from '../../fixtures/faulty-proxy.ts';

export type System = 'crm' | 'billing' | 'support';

/** The sample company with rows kept of some entities, and a proxy before each system. */
export interface CachingCompany extends TestCompany {
  readonly proxies: Readonly<Record<System, FaultyProxy>>;
  /** How many requests each system got while `work` ran; those that got none are not there. */
  readonly requestsDuring: (work: () => Promise<unknown>) => Promise<Readonly<Partial<Record<System, number>>>>;
  readonly stop: () => Promise<void>;
}

/** Adds a setting to an entity of a source's file. */
export function keeping(policies: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => Object.entries(policies).reduce((all, [entity, policy]) => all.replace(`  ${entity}:\n    key: id\n`, `  ${entity}:\n    key: id\n    cache: ${policy}\n`), text);
}

export async function startCachingCompany(policies: Readonly<Partial<Record<System, Readonly<Record<string, string>>>>>, { edit = {}, ...setup }: CompanySetup = {}): Promise<CachingCompany> {
  const proxies: Partial<Record<System, FaultyProxy>> = {};
  const before = (system: System) => async (url: string): Promise<string> => (proxies[system] = await startFaultyProxy(url)).url;
  const kept = Object.fromEntries(Object.entries(policies).map(([system, own]) => {
    const file = `sources/${system}.yaml`;
    return [file, (text: string) => keeping(own)(edit[file]?.(text) ?? text)];
  }));
  const company = await startCompany({
    ...setup, edit: { ...edit, ...kept },
    before: { CRM_URL: before('crm'), BILLING_URL: before('billing'), SUPPORT_URL: before('support') },
  });
  const all = proxies as Readonly<Record<System, FaultyProxy>>;
  return {
    ...company, proxies: all,
    async requestsDuring(work) {
      const counts = (): readonly (readonly [System, number])[] => (['crm', 'billing', 'support'] as const).map((system) => [system, all[system].requests.length] as const);
      const earlier = new Map(counts());
      await work();
      return Object.fromEntries(counts().map(([system, count]) => [system, count - (earlier.get(system) ?? 0)] as const).filter(([, count]) => count > 0));
    },
    async stop() {
      await company.stop();
      await Promise.all(Object.values(all).map((proxy) => proxy.stop()));
    },
  };
}

/** The data of an answer without errors. */
export async function sound(answer: Promise<Answered>): Promise<Answered['data']> {
  const { data, errors } = await answer;
  if (errors.length > 0) throw new Error(`expected no errors, got ${JSON.stringify(errors)}`);
  return data;
}

/** How each source answered, such as `crm STALE`. */
export function statuses(completeness: readonly { readonly source: { readonly key: string }; readonly status: string }[]): readonly string[] {
  return completeness.map(({ source, status }) => `${source.key} ${status}`);
}
