import type { IdentifierName } from '../config/gateway-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { Reads } from '../connectors/reads.ts';
import type { LinkReads } from './link-reads.ts';
import type { UnknownMemory } from './unknown-memory.ts';

export interface IdentityRules {
  /** Identifiers that link by themselves, the strongest first. */
  readonly link: readonly IdentifierName[];
  /** Milliseconds for which a source that gave no link for a customer is not asked again. */
  readonly absentFor: number;
}

/** What the steps of resolution share within one request. */
export interface Resolving {
  readonly reads: Reads;
  readonly links: LinkReads;
  readonly unknown: UnknownMemory;
  readonly rules: IdentityRules;
  readonly lead: SourceSettings;
  /** All sources, the leading one first. */
  readonly sources: readonly SourceSettings[];
  readonly clock: () => number;
}
