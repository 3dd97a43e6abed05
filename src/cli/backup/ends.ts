import { z } from 'zod';

export const backupFormat = 'customer360-store';
export const backupVersion = 1;

/** The first line of a backup. */
export const headerShape = z.strictObject({ format: z.literal(backupFormat), version: z.number(), at: z.string(), engine: z.string() });
export type BackupHeader = z.output<typeof headerShape>;

/** The last line: what there must have been before it. The hash is over all lines before it, each with its end. */
export const endShape = z.strictObject({
  end: z.literal(backupFormat),
  counts: z.partialRecord(z.enum(['customer', 'link', 'unlinked', 'bar', 'fact', 'linkEvent', 'access', 'auditEntry', 'revocation', 'signingKey', 'issuedToken', 'erased']), z.number()),
  sha256: z.string(),
});
