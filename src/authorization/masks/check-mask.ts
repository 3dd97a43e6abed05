import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Faults } from '../../parse/faults.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { couldApply } from '../could-apply.ts';
import { fits, isMaskName, maskNames, scalarsOf, type MaskName } from './mask.ts';

/** Checks the mask that a policy names; undefined where it has faults. It must fit every field that the policy could apply to. */
export function checkMask(policy: PolicyJson, name: string, { classes, scalars, canHash }: Vocabulary, faults: Faults): MaskName | undefined {
  const before = faults.all().length;
  if (!isMaskName(name)) {
    faults.add('', `there is no mask "${name}"; expected one of ${maskNames.join(', ')}`);
    return undefined;
  }
  if (policy.effect !== 'permit') faults.add('', 'a mask is of what is permitted; a forbid shows nothing');
  if (!readsOnly(policy.action)) faults.add('', 'a mask is of what is read; expected action == Action::"read" in the head of the policy');
  if (name === 'hash' && !canHash) faults.add('', 'a hash needs a key; expected masks.hashKeys in customer360.yaml');
  const misfits = [...classes].filter(([field, dataClass]) => couldApply(policy, { field, dataClass }) && !fits(name, scalars.get(field) ?? ''));
  const [[field, scalar] = [undefined, undefined]] = misfits.map(([at]) => [at, scalars.get(at)] as const);
  if (field !== undefined) {
    const more = misfits.length > 1 ? `, and ${misfits.length - 1} more` : '';
    faults.add('', `the mask "${name}" does not fit ${field} (${scalar ?? 'no scalar'})${more}; it fits ${scalarsOf[name].join(', ')}`);
  }
  return faults.all().length > before ? undefined : name;
}

function readsOnly(action: PolicyJson['action']): boolean {
  const named = 'entity' in action ? [action.entity] : 'entities' in action ? action.entities : [];
  return named.length > 0 && named.every((entity) => 'id' in entity && entity.id === 'read');
}
