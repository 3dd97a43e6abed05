import type { AuditRange } from '../store/audit-log.ts';

/**
 * What is wrong with entries of a chain: `edited` they say something else than what was written; `deleted` they are missing, and
 * later ones are there; `truncated` they are missing at the end; `reordered` they stand at another place; `emptied` they say
 * nothing, and no retention took it away; `rewritten` they prove themselves, but something else was there; `unproven` their key is
 * not known here.
 */
export type FindingKind = 'edited' | 'deleted' | 'truncated' | 'reordered' | 'emptied' | 'rewritten' | 'unproven';

export interface Finding extends AuditRange {
  readonly kind: FindingKind;
  readonly detail: string;
}

/** What a trail was found to be. Without findings it is as it was written, as far as checkpoints bind it. */
export interface Verification {
  readonly chains: number;
  readonly entries: number;
  /** Chains that nobody has closed: their process runs, or has crashed. */
  readonly open: number;
  /** Entries that say nothing any more, and such as are gone, by retention. */
  readonly emptied: number;
  readonly dropped: number;
  /** By chain and place. */
  readonly findings: readonly Finding[];
}
