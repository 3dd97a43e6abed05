import { z } from 'zod';
import { byteSize } from '../parse/shapes.ts';

const number = z.int().min(1);

/** What one operation may be, by what is counted: all of it before anything is asked for. */
export const operationLimitShapes = {
  /** Levels of fields. */
  depth: number,
  /** Selected fields, fragments spread out. */
  fields: number,
  /** Of one document, told before it is parsed whole. */
  tokens: z.int().min(10),
  /** Root fields as they are written. */
  rootFields: number,
  /** Fields that are asked for under another name, or more than once. */
  aliases: number,
  /** Directives at one place. */
  directives: number,
  /** By the weights of the schema. */
  cost: number,
  /** The most that `first` may ask for. */
  first: number,
  /** The most keys in one `customersBy`. */
  keys: number,
} as const;

type Shapes = typeof operationLimitShapes;
export type OperationLimits = { readonly [Name in keyof Shapes]: number };

const usual: OperationLimits = { depth: 12, fields: 2000, tokens: 4000, rootFields: 30, aliases: 60, directives: 5, cost: 50_000, first: 100, keys: 100 };

/** What partners may ask for costs less, unless more is said. */
const usualPartnerCost = 5000;

/** `limits` of `customer360.yaml`: for all audiences, unless one has its own. */
export const limitsShape = z.strictObject({
  ...z.object(operationLimitShapes).partial().shape,
  /** For parsed documents, kept for each audience. */
  documents: byteSize.default(32 * 1024 * 1024),
}).prefault({});

/** The limits of one audience: its own, else those of all, else the usual ones. */
export function limitsFor(partner: boolean, ...given: readonly { readonly [Name in keyof Shapes]?: number | undefined }[]): OperationLimits {
  const limits: Record<string, number> = { ...usual, ...(partner ? { cost: usualPartnerCost } : {}) };
  for (const one of given.toReversed()) {
    for (const name of Object.keys(usual) as (keyof Shapes)[]) limits[name] = one[name] ?? limits[name] ?? usual[name];
  }
  return Object.freeze(limits as OperationLimits);
}
