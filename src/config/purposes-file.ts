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
    /** The channel in which consent is needed, such as email; without one, consent for the purpose as a whole. */
    channel: z.string().regex(/^[a-z0-9_-]+$/, 'expected a channel like "email"').optional(),
    /** What is refused where a customer's data may not be used for it: the fields, or her as a whole. */
    scope: z.enum(['field', 'row']).default('field'),
    /** The purpose by its name in the W3C Data Privacy Vocabulary; a token with the scope `dpv:` and that name states it. */
    dpv: z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'expected a name of the Data Privacy Vocabulary like "DirectMarketing"').optional(),
    /** Whether Global Privacy Control counts as an objection. By default it does where others receive the data. */
    gpc: z.boolean().optional(),
  }),
).superRefine((purposes, context) => {
  const named = new Map<string, string>();
  for (const [purpose, { dataClasses, legalBasis: basis }] of Object.entries(purposes)) {
    // What a customer says against a purpose is not heeded for one that answers her; so it can be none but that.
    if (dataClasses.includes('report') && basis !== 'legal obligation') {
      context.addIssue({ code: 'custom', path: [purpose, 'legalBasis'], message: `expected "legal obligation" of a purpose that covers "report", which is to answer the person herself (GDPR Art. 15); got "${basis}"` });
    }
  }
  for (const [purpose, { dpv }] of Object.entries(purposes)) {
    if (dpv === undefined) continue;
    const other = named.get(dpv);
    // A token's scope would name both, and so neither.
    if (other !== undefined) context.addIssue({ code: 'custom', path: [purpose, 'dpv'], message: `"${dpv}" is the name of ${other} already` });
    else named.set(dpv, purpose);
  }
});

export type PurposeRegistry = ReadonlyMap<string, z.output<typeof purposesFile>[string]>;
