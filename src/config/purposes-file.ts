import { z } from 'zod';

/** The legal bases of GDPR Art. 6(1). */
export const legalBasis = z.enum([
  'consent', 'contract', 'legal obligation', 'vital interests', 'public task', 'legitimate interest',
]);

/** `purposes.yaml`: purpose → why it is lawful and who answers for it. */
export const purposesFile = z.record(
  z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_-]+)*$/, 'expected a purpose like "service.support"'),
  z.strictObject({
    legalBasis,
    owner: z.string().min(1),
    description: z.string().min(1),
    dataClasses: z.array(z.string()).default([]),
    recipients: z.array(z.string()).default([]),
    retention: z.string().optional(),
  }),
);

export type PurposeRegistry = ReadonlyMap<string, z.output<typeof purposesFile>[string]>;
