/** The ways of showing less than a value, for `@mask` on a policy. */
export const maskNames = ['last4', 'email', 'initials', 'year', 'postcodeArea', 'band', 'hash'] as const;
export type MaskName = (typeof maskNames)[number];
