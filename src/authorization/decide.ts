import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import { openCedar, type Cedar } from './cedar.ts';
import { openDryRuns, type DryRunChange } from './dry-runs.ts';
import { classKey, type CallerClass, type Decider, type Decision, type Denied, type DenialReason, type EarlyDecision, type Question } from './decision.ts';
import type { PolicySet } from './load-policies.ts';
import { maskOf, standingOf } from './standing.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Makes the decider of one set of policies.
 *
 * Answers are memoised: Cedar takes a tenth of a millisecond and more for a question. A memo is a pure function of the policies,
 * the caller's class, the purpose, the action, the field, the classes that are selected and what is known of the customer. It
 * has no value of hers but those facts, which many customers share.
 */
export function makeDecider(deps: {
  readonly policySet: PolicySet;
  readonly vocabulary: Vocabulary;
  readonly purposes: PurposeRegistry;
  readonly memoSize?: number;
  /** Told once of each decision that a policy on trial would change for a class of callers and a purpose. */
  readonly onDryRun?: (change: DryRunChange) => void;
}): Decider {
  const { policySet, vocabulary, purposes, memoSize = 100_000, onDryRun = () => undefined } = deps;
  const cedar = openCedar(policySet, vocabulary, purposes);
  const early = new LRUCache<string, EarlyDecision>(atMost(memoSize));
  const full = new LRUCache<string, Decision>(atMost(memoSize));
  const [classKeys, factKeys] = [new WeakMap<CallerClass, string>(), new WeakMap<CustomerFacts, string>()];
  const keyOf = ({ caller, purpose, action, field, selected, granted }: Question): string =>
    `${remembered(classKeys, caller, classKey)} ${purpose} ${action} ${field} ${selected.join()}${granted ? ' granted' : ''}`;

  const heeds = {
    grants: [...policySet.facts.values()].some(({ heedsGrants }) => heedsGrants),
    emergencies: [...policySet.facts.values()].some(({ heedsEmergencies }) => heedsEmergencies),
  };

  const denied = (question: Question, reason: DenialReason, policies: readonly string[], opens: (granted: Question) => boolean, inEmergency = false): Denied => {
    const grantable = heeds.grants && !question.granted && opens({ ...question, granted: true });
    const owners = policies.flatMap((id) => policySet.facts.get(id)?.owner ?? []);
    const { owner } = purposes.get(question.purpose) ?? {};
    return { kind: 'deny', reason, policies, ask: owners.length > 0 ? [...new Set(owners)].sort() : owner === undefined ? [] : [owner], grantable, inEmergency };
  };
  const allowed = (question: Question, policies: readonly string[]): Decision => {
    const mask = maskOf(policySet, policies);
    return mask === 'incomparable' ? denied(question, 'scope', policies, () => false) : { kind: 'allow', policies, mask };
  };

  /** Where nothing that the customer said stands in the way: whether the caller may for another purpose. */
  const scopeOrPurpose = (question: Question, mayFor: (other: Question) => boolean): 'scope' | 'purpose' =>
    ([...purposes.keys()].some((purpose) => purpose !== question.purpose && mayFor({ ...question, purpose })) ? 'purpose' : 'scope');

  const decideEarly = (question: Question): EarlyDecision => {
    const standing = standingOf(cedar, policySet, question);
    if (standing.kind === 'open') return { kind: 'open', policies: standing.policies };
    if (standing.kind === 'allow') return allowed(question, standing.policies);
    const mayBe = (other: Question): boolean => standingOf(cedar, policySet, other).kind !== 'deny';
    return denied(question, scopeOrPurpose(question, mayBe), standing.policies, mayBe);
  };

  const decideFully = (question: Question, facts: CustomerFacts): Decision => {
    const verdict = cedar.all(question, facts);
    if (verdict.allow && !verdict.failed) return allowed(question, verdict.policies);
    const { reason, missed } = reasonOf(cedar, question, facts);
    const told = reason === 'scope' ? scopeOrPurpose(question, (other) => allows(cedar, other, relieved(facts, other.purpose))) : reason;
    const policies = verdict.policies.length > 0 && !verdict.allow ? verdict.policies : missed;
    const inEmergency = heeds.emergencies && allows(cedar, question, { ...facts, emergency: true });
    return denied(question, told, policies, (granted) => allows(cedar, granted, facts), inEmergency);
  };

  const dryRuns = openDryRuns(deps);
  const told = new LRUCache<string, true>(atMost(memoSize));
  // What is decided is decided before, and does not hear of it.
  const tell = (changes: readonly DryRunChange[]): void => {
    for (const change of changes) {
      const key = `${change.policy} ${remembered(classKeys, change.caller, classKey)} ${change.purpose} ${change.action} ${change.field}`;
      if (told.has(key)) continue;
      told.set(key, true);
      onDryRun(change);
    }
  };

  const byCaller = (question: Question): EarlyDecision => computed(early, keyOf(question), () => {
    const decision = decideEarly(question);
    tell(dryRuns.ofCaller(question, decision));
    return decision;
  });
  return {
    heeds,
    byCaller,
    byCustomer(question, facts) {
      const first = byCaller(question);
      if (first.kind !== 'open') return first;
      return computed(full, `${keyOf(question)} ${remembered(factKeys, facts, JSON.stringify)}`, () => {
        const decision = decideFully(question, facts);
        tell(dryRuns.ofCustomer(question, facts, decision));
        return decision;
      });
    },
  };
}

/** In the order in which they are told: an objection beats all. */
const reliefs: readonly (readonly [DenialReason, (facts: CustomerFacts, purpose: string) => CustomerFacts])[] = [
  ['objection', (facts) => ({ ...facts, objections: [] })],
  ['restriction', (facts) => ({ ...facts, restriction: undefined })],
  ['consent', (facts, purpose) => ({ ...facts, consents: [...new Set([...facts.consents, purpose])].sort() })],
];

/** What of the customer's facts stands in the way: with all of it gone the field would be permitted, with this alone left it is not. */
function reasonOf(cedar: Cedar, question: Question, facts: CustomerFacts): { readonly reason: DenialReason; readonly missed: readonly string[] } {
  const { purpose } = question;
  const verdict = cedar.all(question, relieved(facts, purpose));
  if (!verdict.allow || verdict.failed) return { reason: 'scope', missed: [] };
  for (const [reason] of reliefs) {
    const others = reliefs.filter(([other]) => other !== reason).reduce((given, [, relieve]) => relieve(given, purpose), facts);
    if (!allows(cedar, question, others)) return { reason, missed: verdict.policies };
  }
  return { reason: 'scope', missed: [] };
}

/** The facts of a customer who has said yes to everything. */
function relieved(facts: CustomerFacts, purpose: string): CustomerFacts {
  return reliefs.reduce((given, [, relieve]) => relieve(given, purpose), facts);
}

function allows(cedar: Cedar, question: Question, facts: CustomerFacts): boolean {
  const { allow, failed } = cedar.all(question, facts);
  return allow && !failed;
}

function computed<Value extends object>(memo: LRUCache<string, Value>, key: string, compute: () => Value): Value {
  const known = memo.get(key);
  if (known !== undefined) return known;
  const value = compute();
  memo.set(key, value);
  return value;
}

function remembered<Key extends object>(keys: WeakMap<Key, string>, of: Key, write: (of: Key) => string): string {
  const known = keys.get(of) ?? write(of);
  keys.set(of, known);
  return known;
}
