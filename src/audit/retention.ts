import type { AuditHead, AuditLog, AuditRange, AuditRecord } from '../store/audit-log.ts';
import type { AuditSettings } from './settings.ts';

/** What has been kept for as long as it had to be. */
export interface Expired {
  /** The last of those entries with which a chain begins and which can go altogether. */
  readonly dropped: readonly AuditHead[];
  /** Entries between others, of which the proof stays. */
  readonly erased: readonly AuditRange[];
  readonly entries: number;
}

/**
 * Finds what may be taken out of the trail at `now` (in milliseconds). Each entry is kept for as long as the purpose of what it
 * tells says; what was taken out before stays on record, so that the trail can still be proven.
 */
export async function findExpired(log: Pick<AuditLog, 'read'>, rules: NonNullable<AuditSettings['retention']>, now: number): Promise<Expired> {
  const dropped = new Map<string, AuditHead>();
  const erased: { readonly chain: string; readonly from: number; to: number }[] = [];
  const kept = new Set<string>();
  let entries = 0;
  for await (const part of log.read({})) {
    for (const record of part) {
      const { chain, seq, mac } = record;
      if (!isExpired(record, rules, now)) {
        kept.add(chain);
        continue;
      }
      const last = erased.at(-1);
      if (!kept.has(chain)) dropped.set(chain, { chain, seq, mac });
      else if (record.entry === undefined) continue;
      else if (last?.chain === chain && last.to === seq - 1) last.to = seq;
      else erased.push({ chain, from: seq, to: seq });
      entries += 1;
    }
  }
  return { dropped: [...dropped.values()], erased, entries };
}

function isExpired({ kind, at, purpose }: AuditRecord, rules: NonNullable<AuditSettings['retention']>, now: number): boolean {
  return kind !== 'retention' && at + (rules.purposes[purpose ?? ''] ?? rules.default) <= now;
}
