import { ClientError } from '../../errors.ts';

/** Texts that people write are for people who look them up, not for documents. */
export const longestText = 1000;

/** The error of an input's member, with what was expected of it. */
export function wrongInput(member: string, expected: string, more: Readonly<Record<string, unknown>> = {}): ClientError {
  return new ClientError('BAD_USER_INPUT', `input.${member}: expected ${expected}.`, { argumentPath: ['input', member], ...more });
}

/** Milliseconds of an instant that GraphQL has checked. */
export function timeOf(instant: string | null | undefined): number | undefined {
  return instant === undefined || instant === null ? undefined : Date.parse(instant);
}
