import { maskNames, type MaskName } from './mask.ts';

/**
 * By mask, those that it is stronger than. A hash shows nothing but that two values are the same; of the others none shows all
 * that another shows and more, so they cannot be compared.
 */
const strongerThan: Readonly<Partial<Record<MaskName, readonly MaskName[]>>> = { hash: maskNames.filter((name) => name !== 'hash') };

/** True where one mask shows less than another by the declared order. */
export function isStronger(one: MaskName, other: MaskName): boolean {
  return strongerThan[one]?.includes(other) === true;
}

/** Of the masks of several permits the weakest, since each permits what it shows; `incomparable` where no one is weaker than all others. */
export function weakest(masks: readonly [MaskName, ...MaskName[]]): MaskName | 'incomparable' {
  return masks.find((one) => masks.every((other) => other === one || isStronger(other, one))) ?? 'incomparable';
}
