import DataLoader from 'dataloader';
import type { Claim, CustomerRef, LinkedCustomer, LinkStore, Unlinked } from '../store/links.ts';

/** The link store for one request: what is asked in the same tick is one call to the store. Nothing is remembered. */
export interface LinkReads {
  customer(ref: CustomerRef): Promise<LinkedCustomer | undefined>;
  claim(claim: Claim): Promise<LinkedCustomer>;
  noteUnlinked(noted: Unlinked): Promise<void>;
}

/** Opens the reads of one request over the store. */
export function openLinkReads(store: LinkStore): LinkReads {
  const options = { cache: false, maxBatchSize: 100 } as const;
  const customers = new DataLoader((refs: readonly CustomerRef[]) => store.read(refs), options);
  const claims = new DataLoader((all: readonly Claim[]) => store.claim(all), options);
  const notes = new DataLoader(async (all: readonly Unlinked[]) => {
    await store.noteUnlinked(all);
    return all.map(() => undefined);
  }, options);
  return {
    customer: (ref) => customers.load(ref),
    claim: (claim) => claims.load(claim),
    noteUnlinked: (noted) => notes.load(noted),
  };
}
