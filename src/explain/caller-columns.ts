import type { CallerClass } from '../authorization/decision.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import { callerKinds } from '../caller/caller.ts';
import { audienceOf } from '../caller/claims.ts';
import type { Deployment } from './deployment.ts';

/** A class of callers with a purpose that they may state. */
export interface CallerColumn {
  readonly caller: CallerClass;
  readonly purpose: string;
  /** The classes that are selected beside the field. */
  readonly beside: readonly string[];
  /** Whether they were given the field on request. */
  readonly granted: boolean;
}

/** The kinds of callers that the deployment's issuers vouch for, each with its own view; partners with each of theirs. */
export function callerViews({ config, schemas }: Pick<Deployment, 'config' | 'schemas'>): readonly Pick<CallerClass, 'kind' | 'audience'>[] {
  const kinds = callerKinds.filter((kind) => config.gateway.issuers.some((issuer) => issuer.kinds.includes(kind)));
  return kinds.flatMap((kind) => {
    const own = audienceOf(kind, undefined);
    const audiences = own === undefined ? [...schemas.keys()].filter((audience) => audienceOf(kind, audience) !== undefined) : [own];
    return audiences.filter((audience) => schemas.has(audience)).map((audience) => ({ kind, audience }));
  });
}

/** The scopes and regions that policies name: what a caller may bring so that they apply. */
export function broughtBy(policies: Iterable<PolicyFacts>): { readonly scopes: readonly string[]; readonly regions: readonly string[] } {
  const all = [...policies];
  const textsOf = (attribute: string): readonly string[] => [...new Set(all.filter(({ words }) => words.attributes.includes(attribute)).flatMap(({ words }) => words.texts))].sort();
  const regional = all.some(({ words }) => words.attributes.includes('regions'));
  // Where policies compare the caller's regions with hers and name none, any will do.
  return { scopes: textsOf('scopes'), regions: regional && textsOf('regions').length === 0 ? ['region'] : textsOf('regions') };
}

/** For people: each view without a role and with each, with each purpose, with all that a token may bring. */
export function matrixColumns(deployment: Deployment): readonly CallerColumn[] {
  const brought = broughtBy(deployment.policySet.facts.values());
  return callerViews(deployment).flatMap((view) => [[], ...deployment.config.gateway.roles.map((role) => [role])].flatMap((roles) =>
    [...deployment.config.purposes.keys()].map((purpose) => ({ caller: { ...view, ...brought, roles }, purpose, beside: [], granted: false }))));
}
