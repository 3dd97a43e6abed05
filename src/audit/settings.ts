import { z } from 'zod';
import { duration, httpUrl, secretKey, secretText } from '../parse/shapes.ts';

const keyShape = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'expected letters, digits, - and _'),
  key: secretKey,
});

/** The audit trail in a deployment's file. */
export const auditShape = z.strictObject({
  /** The first makes what is new; the others prove what they made before. At least 32 bytes each. */
  keys: z
    .tuple([keyShape], keyShape)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'expected each id once'),
  /** Where it is told, outside the store, how far the trail goes: without that, what is cut off at its end is not missed. */
  checkpoints: z
    .strictObject({
      every: duration.default(60_000),
      /** A file to which lines are added. */
      file: z.string().min(1).optional(),
      /** An address that is sent each of them. */
      url: httpUrl.optional(),
      /** A token for that address. */
      bearer: secretText.optional(),
    })
    .refine(({ file, url }) => file !== undefined || url !== undefined, 'expected "file", "url" or both'),
  /** For how long entries are kept, by the purpose of what they tell. Without it they are never removed. */
  retention: z.strictObject({ default: duration, purposes: z.record(z.string(), duration).default({}) }).optional(),
});

export type AuditSettings = z.output<typeof auditShape>;
