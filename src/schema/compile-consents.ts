import { isEnumType, isScalarType, type GraphQLOutputType, type GraphQLSchema } from 'graphql';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { ConsentText, SourceSettings } from '../config/source-file.ts';
import type { Faults } from '../parse/faults.ts';
import { compileValue } from './compile-origins.ts';
import { parseValues } from './mapping.ts';
import type { ConsentOrigin, ValueOrigin } from './model.ts';

/** Compiles what sources say of consent, by purpose. */
export function compileConsents(
  schema: GraphQLSchema,
  { sources, purposes }: { readonly sources: readonly SourceSettings[]; readonly purposes: PurposeRegistry | undefined },
  faultsOf: (file: string) => Faults,
): ReadonlyMap<string, readonly ConsentOrigin[]> {
  const consents = new Map<string, readonly ConsentOrigin[]>();
  for (const source of sources) {
    for (const [purpose, text] of Object.entries(source.consents)) {
      const faults = faultsOf(source.file).at('consents').at(purpose);
      checkPurpose(purposes, purpose, faults);
      const origin = compileConsent(schema, source, text, faults);
      if (origin !== undefined) consents.set(purpose, [...(consents.get(purpose) ?? []), origin]);
    }
  }
  return consents;
}

function checkPurpose(purposes: PurposeRegistry | undefined, purpose: string, faults: Faults): void {
  if (purposes === undefined) return;
  const registered = purposes.get(purpose);
  if (registered === undefined) faults.add('', 'purposes.yaml has no such purpose');
  else if (registered.legalBasis !== 'consent') faults.add('', `the purpose rests on ${registered.legalBasis}, so nobody is asked for consent to it`);
  // Whoever is refused as a whole must cost no more calls than somebody who is not there.
  else if (registered.scope === 'row') faults.add('', 'the purpose refuses whole customers (scope: row); consent to it has to be in the store');
}

function compileConsent(schema: GraphQLSchema, source: SourceSettings, text: ConsentText, faults: Faults): ConsentOrigin | undefined {
  const value = (name: keyof ConsentText, type: string): ValueOrigin | undefined => {
    if (text[name] === undefined) {
      if (name === 'status') faults.add('status', 'says whether consent was given: GRANTED, DENIED or WITHDRAWN; expected where it lies');
      return undefined;
    }
    const [parsed] = parseValues(text[name], faults.at(name));
    return parsed && compileValue({ schema, source, faults: faults.at(name) }, parsed, outputType(schema, type));
  };
  const [status, collectedAt, expiresAt] = [value('status', 'ConsentStatus'), value('collectedAt', 'DateTime'), value('expiresAt', 'DateTime')];
  if (status === undefined) return undefined;
  const entities = new Set([status, collectedAt, expiresAt].flatMap((one) => (one === undefined || one.paths.length === 0 ? [] : [one.entity])));
  const [entity] = entities;
  if (entity === undefined || entities.size > 1) {
    faults.add('', `consent is read from one entity, got ${[...entities].join(' and ') || 'none'}`);
    return undefined;
  }
  if (source.parsed.capabilities.get(entity)?.read === undefined) faults.add('', `entities.${entity} has no read, so it cannot say what a customer consents to`);
  return { source: source.name, entity, status, collectedAt, expiresAt };
}

function outputType(schema: GraphQLSchema, name: string): GraphQLOutputType {
  const type = schema.getType(name);
  if (!isEnumType(type) && !isScalarType(type)) throw new Error(`the canonical schema has no ${name}`);
  return type;
}
