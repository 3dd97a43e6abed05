import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { Consent, Fact } from '../store/facts.ts';
import type { CustomerFacts } from './customer-facts.ts';
export function factsOf(facts: readonly Fact[], { purposes, now }: { readonly purposes: PurposeRegistry; readonly now: number }): CustomerFacts {
  const consents = [...purposes.keys()].filter((purpose) => {
    const all = facts.filter((one): one is Consent => one.kind === 'consent' && one.purpose === purpose);
    const latest = [...Map.groupBy(all, ({ source }) => source).values()].map((some) => some.toSorted((a, b) => a.at - b.at).at(-1));
    return latest.length > 0 && latest.every((one) => one?.status === 'GRANTED' && (one.expiresAt ?? Infinity) > now);
  });
  return { consents, objections: [], restriction: undefined, regions: [], partners: [] };
}
