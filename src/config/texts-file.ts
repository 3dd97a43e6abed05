import { z } from 'zod';

/** The languages of pages that the gateway writes for customers. */
export const pageLanguages = ['en', 'nl', 'da'] as const;
export type PageLanguage = (typeof pageLanguages)[number];

const text = z.string().min(1);

/** `texts/LANGUAGE.yaml`: what pages for customers call a deployment's own things, and its canonical ones otherwise. */
export const textsFile = z.strictObject({
  /** By `Type.field`. */
  fields: z.record(z.string().regex(/^[A-Za-z]\w*\.[A-Za-z]\w*$/, 'expected a field like "Customer.email"'), text).default({}),
  /** By `Enum.MEMBER`; words that texts of a field usually have by `field.word`, such as `label.home`, and kinds of systems by `kind.CRM`. */
  values: z.record(z.string().regex(/^[A-Za-z]\w*\.[A-Za-z]\w*$/, 'expected a value like "InvoiceStatus.PAID"'), text).default({}),
  /** By class, such as `contact`. */
  dataClasses: z.record(z.string(), text).default({}),
  /** By purpose; what is not given is as in `purposes.yaml`. */
  purposes: z.record(z.string(), z.strictObject({ description: text.optional(), retention: text.optional() })).default({}),
  /** What a system is to a customer, by its name. */
  sources: z.record(z.string(), text).default({}),
});

export type DeploymentTexts = z.output<typeof textsFile>;
