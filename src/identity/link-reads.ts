import DataLoader from 'dataloader';
import type { CustomerId } from '../ids.ts';
import type { Absence, Claim, LinkedCustomer, LinkName, LinkStore } from '../store/links.ts';

/** The link store for one request: what is asked in the same tick is one call to the store. Nothing is remembered. */
export interface LinkReads {
  owner(name: LinkName): Promise<CustomerId | undefined>;
  customer(id: CustomerId): Promise<LinkedCustomer | undefined>;
  claim(claim: Claim): Promise<LinkedCustomer>;
  noteAbsence(absence: Absence): Promise<void>;
}

/** Opens the reads of one request over the store. */
export function openLinkReads(store: LinkStore): LinkReads {
  const options = { cache: false, maxBatchSize: 1000 } as const;
  const owners = new DataLoader((names: readonly LinkName[]) => store.owners(names), options);
  const customers = new DataLoader((ids: readonly CustomerId[]) => store.customers(ids), options);
  const claims = new DataLoader((all: readonly Claim[]) => store.claim(all), options);
  const absences = new DataLoader(async (all: readonly Absence[]) => {
    await store.noteAbsences(all);
    return all.map(() => undefined);
  }, options);
  return {
    owner: (name) => owners.load(name),
    customer: (id) => customers.load(id),
    claim: (claim) => claims.load(claim),
    noteAbsence: (absence) => absences.load(absence),
  };
}
