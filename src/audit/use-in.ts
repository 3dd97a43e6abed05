import { z } from 'zod';
import { callerKinds, type Caller } from '../caller/caller.ts';
import type { AuditRecord } from '../store/audit-log.ts';

/** That somebody was told something of one customer. */
export interface Use {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requestId: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly caller: Pick<Caller, 'subject' | 'kind' | 'audience' | 'roles'> & { readonly actor?: string | undefined };
  /** Fields that were told as they are, and fields that were told masked, as `Type.field`. */
  readonly permitted: readonly string[];
  readonly masked: readonly string[];
  /** Whether the caller had stated an emergency of hers. */
  readonly inEmergency: boolean;
}

const fields = z.array(z.string());
/** What of a disclosure is told of again. Entries of before may say less. */
const disclosure = z.object({
  at: z.number(), requestId: z.string(), purpose: z.string(), legalBasis: z.string(),
  caller: z.object({ subject: z.string(), kind: z.enum(callerKinds), audience: z.string(), roles: fields, actor: z.string().optional() }),
  told: z.array(z.object({ customers: fields, permitted: fields, masked: z.array(z.object({ field: z.string() })) })),
  emergencies: fields.default([]),
});

/**
 * What the record of a disclosure tells of the use of one customer's data, by any of the ids that are hers. Undefined where it
 * says nothing any more. Throws for one that says something else than disclosures do: what cannot be read must not look like no use.
 */
export function useIn({ entry }: Pick<AuditRecord, 'entry'>, hers: ReadonlySet<string>): Use | undefined {
  if (entry === undefined) return undefined;
  const { told, emergencies, ...use } = disclosure.parse(JSON.parse(entry));
  const ofHer = told.filter(({ customers }) => customers.some((id) => hers.has(id)));
  return {
    ...use,
    permitted: [...new Set(ofHer.flatMap(({ permitted }) => permitted))],
    masked: [...new Set(ofHer.flatMap(({ masked }) => masked.map(({ field }) => field)))],
    inEmergency: emergencies.some((id) => hers.has(id)),
  };
}
