import { inForce } from '../authorization/dry-runs.ts';
import type { PolicySet } from '../authorization/load-policies.ts';
import { isMaskName } from '../authorization/masks/mask.ts';
import { isStronger } from '../authorization/masks/strength.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import type { Coordinate } from '../ids.ts';
import { factsWith, familyOf, wordsOf, type Aspect } from './assumed-facts.ts';
import { callerViews, type CallerColumn } from './caller-columns.ts';
import type { Deployment } from './deployment.ts';
import { diffColumns, includes } from './diff-columns.ts';
import { mayConcern, openEvaluation, questionOf, type Evaluated } from './evaluate.ts';
import { existsIn, governedRights, type GovernedRight } from './governed-rights.ts';
import { stateOf, type OnPart, type RightState } from './matrix.ts';
import { memoised } from './memoised.ts';

/** One right of one class of callers that is another one now. A change may open it for some customers and close it for others. */
export interface RightChange {
  readonly column: CallerColumn;
  readonly right: Pick<GovernedRight, 'action' | 'field'>;
  readonly effect: 'opens' | 'closes';
  readonly from: RightState;
  readonly to: RightState;
  /** For whom, where it depends on the customer: one of those who were tried. */
  readonly example: readonly string[];
}

export interface PolicyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

export interface Diff {
  readonly policies: PolicyChanges;
  /** Fields that exist for an audience in one of the versions alone. */
  readonly views: readonly { readonly audience: string; readonly appeared: readonly string[]; readonly vanished: readonly string[] }[];
  readonly changes: readonly RightChange[];
  /** What each policy on trial in the new version would change of it. */
  readonly trials: readonly { readonly policy: string; readonly why: string; readonly changes: readonly RightChange[] }[];
}

/** A deployment with the policies that are to be looked at. */
interface Version {
  readonly deployment: Deployment;
  readonly policySet: PolicySet;
  /** The callers whom an issuer vouches for, by kind and audience. */
  readonly views: ReadonlySet<string>;
  /** By action and field. */
  readonly rights: ReadonlyMap<string, GovernedRight>;
  /** The names of those that exist for an audience. Inputs by which a field is searched may differ between versions, so each looks by its own. */
  readonly existing: (audience: string) => ReadonlySet<string>;
}

function versionOf(deployment: Deployment, policySet = deployment.policySet): Version {
  const rights = new Map(governedRights(deployment.model).map((right) => [nameOf(right), right]));
  return {
    deployment, policySet, rights, views: new Set(callerViews(deployment).map(viewOf)),
    existing: memoised((audience) => new Set([...rights].flatMap(([name, right]) => (existsIn(deployment.schemas.get(audience), right) ? [name] : []))), (audience: string) => audience),
  };
}

/** Compares what two versions of a deployment decide. It takes seconds; `onPart` is told after each class of callers. */
export function diffOf(old: Deployment, now: Deployment, onPart: OnPart = () => undefined): Diff {
  const [from, to] = [versionOf(old), versionOf(now)];
  return { policies: policyChanges(from.policySet, to.policySet), views: viewChanges(from, to), changes: changesOf(from, to, onPart), trials: trialsOf(now, onPart) };
}

/** What each policy on trial would change if it decided. */
export function trialsOf(deployment: Deployment, onPart: OnPart = () => undefined): Diff['trials'] {
  const { policySet } = deployment;
  return [...policySet.dryRuns].map(([policy, { why }]) => ({ policy, why, changes: changesOf(versionOf(deployment), versionOf(deployment, inForce(policySet, [policy])), onPart) }));
}

/** The fields that exist for an audience in one version alone, whatever may be done with them. */
function viewChanges(old: Version, now: Version): Diff['views'] {
  const fieldsOf = ({ rights, existing }: Version, audience: string): ReadonlySet<string> => new Set([...rights]
    .filter(([name, { action }]) => ['read', 'list', 'change'].includes(action) && existing(audience).has(name)).map(([, { field }]) => field));
  const audiences = [...new Set([old, now].flatMap(({ deployment }) => [...deployment.schemas.keys()]))];
  return audiences.flatMap((audience) => {
    const [before, after] = [fieldsOf(old, audience), fieldsOf(now, audience)];
    const [appeared, vanished] = [[...after].filter((one) => !before.has(one)), [...before].filter((one) => !after.has(one))];
    return appeared.length + vanished.length === 0 ? [] : [{ audience, appeared, vanished }];
  });
}

function policyChanges({ policies: old }: PolicySet, { policies: now }: PolicySet): PolicyChanges {
  return {
    added: Object.keys(now).filter((id) => !(id in old)),
    removed: Object.keys(old).filter((id) => !(id in now)),
    changed: Object.keys(now).filter((id) => id in old && old[id] !== now[id]),
  };
}

function changesOf(old: Version, now: Version, onPart: OnPart): readonly RightChange[] {
  const { added, removed, changed } = policyChanges(old.policySet, now.policySet);
  const differing = [...[...added, ...changed].map((id) => now.policySet.facts.get(id)), ...[...removed, ...changed].map((id) => old.policySet.facts.get(id))].filter((one) => one !== undefined);
  const rights = new Map([...old.rights, ...now.rights]);
  const columns = diffColumns([old.deployment, now.deployment], differing, [...old.policySet.facts.values(), ...now.policySet.facts.values()]);
  const [before, after] = [openEvaluation(old.deployment, old.policySet), openEvaluation(now.deployment, now.policySet)];
  const concerned = concerns(old, now, differing);
  const known = new Map<Evaluated | undefined, Map<Evaluated | undefined, ReturnType<typeof compare>>>();
  const compared: typeof compare = (from, to, purpose) => {
    const withFrom = known.get(from) ?? new Map<Evaluated | undefined, ReturnType<typeof compare>>();
    const found = withFrom.get(to) ?? compare(from, to, purpose);
    known.set(from, withFrom.set(to, found));
    return found;
  };
  const none: ReadonlySet<string> = new Set();
  const changesFor = (column: CallerColumn): readonly RightChange[] => {
    const [had, has] = [old, now].map((version) => (version.views.has(viewOf(column.caller)) ? version.existing(column.caller.audience) : none));
    const isConcerned = concerned(column);
    return [...rights].flatMap(([name, right]): readonly RightChange[] => {
      const [was, is] = [had?.has(name) === true, has?.has(name) === true];
      if (was === is && (!was || !isConcerned(right))) return [];
      const [from, to] = [was ? before(column, right) : undefined, is ? after(column, right) : undefined];
      return compared(from, to, column.purpose).map((change) => ({ ...change, column, right: { action: right.action, field: right.field } }));
    });
  };
  return withoutImplied(columns.flatMap((column, place) => {
    onPart(place, columns.length);
    return changesFor(column);
  }));
}

function viewOf({ kind, audience }: Pick<CallerColumn['caller'], 'kind' | 'audience'>): string {
  return `${kind} ${audience}`;
}

function nameOf({ action, field }: Pick<GovernedRight, 'action' | 'field'>): string {
  return `${action} ${field}`;
}

/** Whether a decision can differ at all: by a policy that differs, by its field's class or by its purpose. */
function concerns(old: Version, now: Version, differing: readonly PolicyFacts[]): (column: CallerColumn) => (right: GovernedRight) => boolean {
  const [a, b] = [old.deployment, now.deployment];
  const changedPurpose = memoised((purpose) => JSON.stringify(a.config.purposes.get(purpose)) !== JSON.stringify(b.config.purposes.get(purpose)), (purpose: string) => purpose);
  // A word that only one of the schemas has makes Cedar refuse what names it.
  const declares = ({ config }: Deployment, roles: readonly string[]): boolean => roles.every((role) => config.gateway.roles.includes(role));
  const coverage = ({ config: { purposes }, model: { classes } }: Deployment, field: Coordinate): string =>
    [...purposes].flatMap(([purpose, { dataClasses }]) => (dataClasses.includes(classes.get(field) ?? '') ? [purpose] : [])).sort().join();
  // A policy may ask for which other purposes a field is covered.
  const changedField = memoised((field) => a.model.classes.get(field) !== b.model.classes.get(field) || coverage(a, field) !== coverage(b, field), (field: Coordinate) => field);
  return (column) => {
    if (changedPurpose(column.purpose) || declares(a, column.caller.roles) !== declares(b, column.caller.roles)) return () => true;
    return (right) => {
      if (changedField(right.field)) return true;
      const question = questionOf(column, right, b.model.classes);
      return differing.some((policy) => mayConcern(policy, question, b.model.classes));
    };
  };
}

function compare(from: Evaluated | undefined, to: Evaluated | undefined, purpose: string): readonly Omit<RightChange, 'column' | 'right'>[] {
  const aspects = [...new Map([from, to].flatMap((one): readonly Aspect[] => (one?.kind === 'open' ? one.aspects : [])).map((one) => [JSON.stringify(one), one])).values()];
  const outcome = (evaluated: Evaluated | undefined, so: readonly Aspect[]): string =>
    (evaluated === undefined ? 'deny' : evaluated.kind === 'settled' ? evaluated.outcome : evaluated.of(factsWith(so)));
  const differing = familyOf(aspects).map((so) => ({ so, was: outcome(from, so), is: outcome(to, so) })).filter(({ was, is }) => was !== is);
  const state = (one: Evaluated | undefined): RightState => (one === undefined ? { outcome: 'absent', needs: [] } : stateOf(one));
  return (['opens', 'closes'] as const).flatMap((effect) => {
    const one = differing.find(({ was, is }) => (effect === 'opens') === shows(was, is));
    return one === undefined ? [] : [{ effect, from: state(from), to: state(to), example: aspects.length === 0 ? [] : aspects.map((aspect) => wordsOf(aspect, one.so.includes(aspect), purpose)) }];
  });
}

/** True where more is shown than was: another mask shows something else, and that may be more. */
function shows(was: string, is: string): boolean {
  if (was === 'deny' || is === 'plain') return true;
  if (is === 'deny' || was === 'plain') return false;
  return !(isMaskName(was) && isMaskName(is) && isStronger(is, was));
}

/** Leaves out who is concerned only because others are that bring less. */
function withoutImplied(changes: readonly RightChange[]): readonly RightChange[] {
  const alike = Map.groupBy(changes, ({ right, effect, from, to, column }) => JSON.stringify([right, effect, from, to, column.purpose, column.caller.kind, column.caller.audience]));
  return [...alike.values()].flatMap((same) => same.filter((one) => !same.some((other) => other !== one && includes(one.column, other.column))));
}
