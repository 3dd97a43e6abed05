import { createHash } from 'node:crypto';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Faults } from '../parse/faults.ts';
import { law } from './law.ts';
import { checkMask } from './masks/check-mask.ts';
import { parsePolicy, policyFactsOf, type ParsedPolicy, type PolicyFacts } from './policy-facts.ts';
import { entitiesIn } from './policy-words.ts';
import { cedarSchema, type Vocabulary } from './vocabulary.ts';

/** The policies of a deployment, checked. `version` changes with the text of any that decides, and with the words they are about. */
export interface PolicySet {
  readonly version: string;
  readonly schema: string;
  /** Policy id → Cedar text, of those that decide: the law's first, then the deployment's own. */
  readonly policies: Readonly<Record<string, string>>;
  /** Of each of these, what it says of itself. */
  readonly facts: ReadonlyMap<string, PolicyFacts>;
  /** Policies on trial (`@dryRun`): they decide nothing, and are not among the others. */
  readonly dryRuns: ReadonlyMap<string, DryRun>;
}

export interface DryRun {
  readonly text: string;
  /** What the annotation says. */
  readonly why: string;
  readonly facts: PolicyFacts;
}

interface File {
  readonly name: string;
  readonly text: string;
}

/** Annotations that mean something here. Another one would be a restriction that nobody carries out, so it stops the start. */
const annotations: ReadonlySet<string> = new Set(['id', 'owner', 'description', 'mask', 'dryRun']);

/** Notes what is wrong with policy files whatever their words are: for a deployment whose words are not known for other faults. */
export function checkSyntax(files: readonly File[], faultsOf: (file: string) => Faults): void {
  for (const file of files) policiesIn(file, faultsOf(file.name));
}

/** Parses and validates all policy files. No file, and a file without policies, is allowed and permits nothing. */
export function loadPolicies(files: readonly File[], vocabulary: Vocabulary, faultsOf: (file: string) => Faults): PolicySet {
  const schema = cedarSchema(vocabulary);
  const fileOf = new Map(Object.keys(law).map((id) => [id, 'the law of every deployment']));
  const policies = new Map(Object.entries(law).map(([id, text]) => [id, parsePolicy(text)]));
  for (const file of files) {
    const faults = faultsOf(file.name);
    for (const [id, policy] of policiesIn(file, faults)) {
      const other = fileOf.get(id);
      if (other !== undefined) {
        faults.add(id, `this id is already used in ${other}`);
        continue;
      }
      fileOf.set(id, file.name);
      policies.set(id, policy);
      checkWords(policy, vocabulary, faults.at(id));
    }
  }
  const textOf = (all: Iterable<readonly [string, ParsedPolicy]>): Readonly<Record<string, string>> => Object.fromEntries([...all].map(([id, { text }]) => [id, text]));
  const answer = cedar.validate({ schema, policies: { staticPolicies: textOf(policies) } });
  if (answer.type === 'failure') for (const error of answer.errors) faultsOf('policies').add('', error.message);
  else {
    // Cedar gives them in any order.
    const places = new Map([...policies.keys()].map((id, place) => [id, place]));
    const place = ({ policyId }: { readonly policyId: string }): number => places.get(policyId) ?? -1;
    for (const { policyId, error } of [...answer.validationErrors, ...answer.validationWarnings].sort((a, b) => place(a) - place(b))) {
      const hint = error.help === null ? '' : ` (${error.help})`;
      faultsOf(fileOf.get(policyId) ?? 'policies').add(policyId, `${error.message.replace(/^for policy `[^`]*`[:,] /, '')}${hint}`);
    }
  }
  const deciding = [...policies].filter(([, { annotations: given }]) => given['dryRun'] === undefined);
  const texts = textOf(deciding);
  return {
    version: createHash('sha256').update(schema).update(JSON.stringify(texts)).digest('hex').slice(0, 16), schema, policies: texts,
    facts: new Map(deciding.map(([id, policy]) => [id, policyFactsOf(policy)])),
    dryRuns: new Map([...policies].flatMap(([id, policy]) => {
      const why = policy.annotations['dryRun'];
      return why === undefined ? [] : [[id, { text: policy.text, why, facts: policyFactsOf(policy) }] as const];
    })),
  };
}

function policiesIn(file: File, faults: Faults): readonly (readonly [id: string, policy: ParsedPolicy])[] {
  const parts = cedar.policySetTextToParts(file.text);
  if (parts.type === 'failure') {
    for (const error of parts.errors) {
      const [place] = error.sourceLocations ?? [];
      const line = place === undefined ? '' : `line ${file.text.slice(0, place.start).split('\n').length}`;
      faults.add(line, error.message);
    }
    return [];
  }
  if (parts.policy_templates.length > 0) faults.add('', 'policy templates are not used here; write static policies');
  return parts.policies.flatMap((text, index) => {
    const policy = parsePolicy(text);
    const { id } = policy.annotations;
    if (id === undefined || id === '') {
      faults.add(`policy ${index + 1}`, 'has no @id("…"); denials and the audit trail name policies by it');
      return [];
    }
    return [[id, policy] as const];
  });
}

function checkWords({ json, annotations: given }: ParsedPolicy, vocabulary: Vocabulary, faults: Faults): void {
  const { classes } = vocabulary;
  for (const name of Object.keys(given)) {
    if (!annotations.has(name)) faults.add('', `unknown annotation @${name}; expected ${[...annotations].map((one) => `@${one}`).join(', ')}`);
  }
  const types = new Set([...classes.keys()].map((at) => at.split('.')[0]));
  const { mask, dryRun } = given;
  if (dryRun?.trim() === '') faults.add('', 'expected what the trial is for in @dryRun("…"), got nothing');
  if (mask !== undefined) checkMask(json, mask, vocabulary, faults);
  // Cedar enumerates only types without parents, so field names are looked at here.
  for (const { type, id } of entitiesIn(json)) {
    if (type === 'Field' && !(classes as ReadonlyMap<string, string>).has(id)) faults.add('', `the schema has no governed field "${id}"`);
    if (type === 'Type' && !types.has(id)) faults.add('', `the schema has no governed type "${id}"`);
  }
}
