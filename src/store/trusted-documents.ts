/** A document that clients of an audience may send by its id. Times are in milliseconds since the epoch. */
export interface TrustedDocument {
  readonly audience: string;
  /** As the client's manifest has it. */
  readonly id: string;
  /** SHA-256 of the text, in hex. */
  readonly hash: string;
  readonly text: string;
  readonly publishedAt: number;
  readonly publishedBy: string;
}

/**
 * The documents that deployments trust, by audience. An id means the same for as long as it is there: `publish` adds what is new, leaves
 * what is there as it is, and gives the ids that are there with another text. `find` gives one by its id, else one by its hash. `page` gives an
 * audience's by id, those after `after`. `withdraw` gives false where there is none. What one process has written, the next read of any other sees.
 */
export interface TrustedDocuments {
  publish(documents: readonly TrustedDocument[]): Promise<readonly string[]>;
  find(audience: string, key: string): Promise<TrustedDocument | undefined>;
  page(part: { readonly audience: string; readonly after: string | undefined; readonly size: number }): Promise<readonly TrustedDocument[]>;
  withdraw(audience: string, id: string): Promise<boolean>;
}
