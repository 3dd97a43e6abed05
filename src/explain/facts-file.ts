import { z } from 'zod';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { Faults } from '../parse/faults.ts';
import { parse } from '../parse/parse.ts';

const names = z.array(z.string().min(1)).default([]);

const factsShape = z.strictObject({
  consents: names,
  objections: names,
  restriction: z.strictObject({ except: names }).optional(),
  regions: names,
  partners: names,
  emergency: z.boolean().default(false),
});

/** What is assumed of a customer; undefined where the file has faults, which are noted. */
export function readFactsFile(input: unknown, words: { readonly purposes: readonly string[]; readonly audiences: readonly string[] }, faults: Faults): CustomerFacts | undefined {
  const before = faults.all().length;
  const given = parse(factsShape, input, faults);
  if (given === undefined) return undefined;
  const known = (path: string, list: readonly string[], expected: readonly string[]): void => list.forEach((one, index) => {
    if (!expected.includes(one)) faults.add(`${path}[${index}]`, `expected one of ${expected.join(', ')}, got ${JSON.stringify(one)}`);
  });
  known('consents', given.consents, words.purposes);
  known('objections', given.objections, words.purposes);
  known('restriction.except', given.restriction?.except ?? [], words.purposes);
  known('partners', given.partners, words.audiences);
  if (faults.all().length > before) return undefined;
  const sorted = (list: readonly string[]): readonly string[] => [...new Set(list)].sort();
  return {
    consents: sorted(given.consents), objections: sorted(given.objections), regions: sorted(given.regions), partners: sorted(given.partners),
    restriction: given.restriction && { except: sorted(given.restriction.except) }, emergency: given.emergency,
  };
}
