/** The ways of showing less than a value, for `@mask` on a policy. */
export const maskNames = ['last4', 'email', 'initials', 'year', 'postcodeArea', 'band', 'hash'] as const;
export type MaskName = (typeof maskNames)[number];

/** The scalars whose values a mask can build anew. */
export const scalarsOf: Readonly<Record<MaskName, readonly string[]>> = {
  last4: ['String', 'ID', 'PhoneNumber'],
  email: ['EmailAddress', 'String'],
  initials: ['String'],
  year: ['Date', 'DateTime'],
  postcodeArea: ['String'],
  band: ['Decimal', 'Int', 'Float'],
  hash: ['String', 'ID', 'EmailAddress'],
};

/** True for the name of a mask. */
export function isMaskName(name: string): name is MaskName {
  return (maskNames as readonly string[]).includes(name);
}

/** True where a mask can build a value of the scalar anew. */
export function fits(mask: MaskName, scalar: string): boolean {
  return scalarsOf[mask].includes(scalar);
}
