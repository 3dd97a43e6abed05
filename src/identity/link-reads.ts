import DataLoader from 'dataloader';
import { inChunks } from '../in-chunks.ts';
import type { Soon } from '../soon.ts';
import type { Claim, CustomerRef, LinkedCustomer, LinkStore, Unlinked } from '../store/links.ts';

/** The link store for one request: what is asked in the same tick is one call to the store. Nothing is remembered, but for who was read ahead, and until she is asked for. */
export interface LinkReads {
  customer(ref: CustomerRef): Soon<LinkedCustomer | undefined>;
  /** Reads many ahead of those who ask for them: when it is fulfilled each of them is there. */
  ahead(refs: readonly CustomerRef[]): Promise<void>;
  claim(claim: Claim): Promise<LinkedCustomer>;
  noteUnlinked(noted: Unlinked): Promise<void>;
}

/** So many are asked for in one call. */
const most = 100;

/** Opens the reads of one request over the store. */
export function openLinkReads(store: LinkStore): LinkReads {
  const options = { cache: false, maxBatchSize: most } as const;
  const read = new Map<string, LinkedCustomer | undefined>();
  const customers = new DataLoader((refs: readonly CustomerRef[]) => store.read(refs), options);
  // Few requests make anybody known.
  let claims: DataLoader<Claim, LinkedCustomer> | undefined;
  let notes: DataLoader<Unlinked, undefined> | undefined;
  return {
    customer(ref) {
      const name = nameOf(ref);
      const known = read.get(name);
      return read.delete(name) ? known : customers.load(ref);
    },
    async ahead(refs) {
      await Promise.all(inChunks(refs, most).map(async (part) => {
        const found = await store.read(part);
        for (const [at, ref] of part.entries()) read.set(nameOf(ref), found[at]);
      }));
    },
    claim: (claim) => (claims ??= new DataLoader((all) => store.claim(all), options)).load(claim),
    noteUnlinked: (noted) => (notes ??= new DataLoader(async (all) => {
      await store.noteUnlinked(all);
      return all.map(() => undefined);
    }, options)).load(noted),
  };
}

/** One text for a reference. Namespaces are named and hold no line break, so that no id, whatever a caller sends as one, is somebody's name. */
function nameOf(ref: CustomerRef): string {
  return ref.kind === 'id' ? `\n${ref.id}` : `${ref.namespace}\n${ref.value}`;
}
