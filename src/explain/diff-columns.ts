import type { CallerClass } from '../authorization/decision.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import { broughtBy, callerViews, type CallerColumn } from './caller-columns.ts';
import type { Deployment } from './deployment.ts';

/**
 * The classes of callers that two versions are compared for: each view with each purpose, without a role, with each role alone and
 * with those that a changed policy names beside each other one, and with those that any one policy names together; with none, each
 * and all of the scopes and regions that policies name. Where a policy looks at what is selected, also with all classes, and where one
 * looks at grants, staff also with one. What takes more than that to differ is not found.
 */
export function diffColumns(deployments: readonly Deployment[], changed: readonly PolicyFacts[], policies: readonly PolicyFacts[]): readonly CallerColumn[] {
  const union = <Item>(of: (deployment: Deployment) => Iterable<Item>): readonly Item[] =>
    [...new Map(deployments.flatMap((one) => [...of(one)]).map((item) => [JSON.stringify(item), item])).values()];
  const views = union(callerViews);
  const purposes = union(({ config }) => config.purposes.keys());
  const roles = roleSets(union(({ config }) => config.gateway.roles), changed, policies);
  const { scopes, regions } = broughtBy(policies);
  const lookAt = (attribute: string): boolean => policies.some(({ words }) => words.attributes.includes(attribute));
  const selections = [[], ...(lookAt('selected') ? [union(({ vocabulary }) => vocabulary.dataClasses)] : [])];
  const grants = ({ kind }: Pick<CallerClass, 'kind'>): readonly boolean[] => (kind === 'staff' && lookAt('granted') ? [false, true] : [false]);
  return views.flatMap((view) => purposes.flatMap((purpose) => roles.flatMap((held) => noneEachAll(scopes).flatMap((some) =>
    noneEachAll(regions).flatMap((bound) => selections.flatMap((beside) => grants(view).map((granted) =>
      ({ caller: { ...view, roles: held, scopes: some, regions: bound }, purpose, beside, granted }))))))));
}

function roleSets(roles: readonly string[], changed: readonly PolicyFacts[], policies: readonly PolicyFacts[]): readonly (readonly string[])[] {
  const namedBy = ({ words }: PolicyFacts): readonly string[] => words.entities.filter(({ type }) => type === 'Role').map(({ id }) => id);
  const concerned = new Set(changed.flatMap(namedBy));
  const pairs = [...concerned].flatMap((one) => roles.filter((other) => other !== one).map((other) => [one, other].sort()));
  return distinct([[], ...roles.map((role) => [role]), ...pairs, ...policies.map((policy) => [...new Set(namedBy(policy))].sort())]);
}

function noneEachAll(words: readonly string[]): readonly (readonly string[])[] {
  return distinct([[], ...words.map((word) => [word]), words]);
}

function distinct(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()];
}

/** True where everything that the one brings is brought by the other as well, so that a change for it is no news. */
export function includes(wider: CallerColumn, narrower: CallerColumn): boolean {
  const [one, other] = [wider.caller, narrower.caller];
  return wider.purpose === narrower.purpose && (wider.granted || !narrower.granted) && narrower.beside.every((name) => wider.beside.includes(name)) && one.kind === other.kind && one.audience === other.audience
    && other.roles.every((role) => one.roles.includes(role))
    && other.scopes.every((scope) => one.scopes.includes(scope))
    && other.regions.every((region) => one.regions.includes(region));
}
