/** What a decision may know of a customer: pure data, taken from records at one moment. Lists are sorted. */
export interface CustomerFacts {
  /** Purposes for which her consent is in force, each in the purpose's own channel. */
  readonly consents: readonly string[];
  /** Purposes that she objects to. */
  readonly objections: readonly string[];
  /** Undefined while her data may be processed; else the purposes that go on although it is restricted. */
  readonly restriction: { readonly except: readonly string[] } | undefined;
  /** The regions that she belongs to. */
  readonly regions: readonly string[];
  /** The partners, by the names of their audiences, whose customer she is. */
  readonly partners: readonly string[];
  /** Whether the caller has stated an emergency for her. */
  readonly emergency: boolean;
}
