import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { FactRecord } from '../store/facts.ts';
import type { CustomerFacts } from './customer-facts.ts';
export function factsOf(_records: readonly FactRecord[], _about: { readonly purposes: PurposeRegistry; readonly now: number }): CustomerFacts {
  return { consents: [], objections: [], restriction: undefined, regions: [], partners: [] };
}
