import { z } from 'zod';
import { compileExpression } from '../../../parse/expression.ts';
import { collectFaults } from '../../../parse/faults.ts';
import { secret, type Secret } from '../../../secret.ts';

/** JSON with a secret wherever there is text: which of a login's texts are credentials only its source knows. */
export type SecretJson = Secret | number | boolean | null | readonly SecretJson[] | { readonly [name: string]: SecretJson };

/** An object or a list. Empty text is a fault, since it is what a variable that nobody has set becomes. */
export const secretJson = z.union([z.record(z.string(), z.json()), z.array(z.json())]).transform((json, context) => {
  const hide = (value: z.core.util.JSONType, path: readonly PropertyKey[]): SecretJson => {
    if (typeof value === 'string') {
      if (value === '') context.addIssue({ code: 'custom', message: 'expected a non-empty secret', path: [...path] });
      return secret(value);
    }
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item, at) => hide(item, [...path, at]));
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, hide(entry, [...path, name])]));
  };
  return hide(json, []);
});

/** The text of all secrets in place of them. For nothing but a request's body. */
export function revealJson(json: SecretJson): unknown {
  if (json === null || typeof json !== 'object') return json;
  if (isSecret(json)) return json.reveal();
  if (isList(json)) return json.map(revealJson);
  return Object.fromEntries(Object.entries(json).map(([name, entry]) => [name, revealJson(entry)]));
}

/** `{ jsonata }`, compiled. Its input is a login's answer, and `$sent` what was posted. */
export const tokenExpression = z.strictObject({ jsonata: z.string().min(1, 'expected an expression') }).transform(({ jsonata }, context) => {
  const faults = collectFaults('');
  const compiled = compileExpression(jsonata, faults);
  for (const { message } of faults.all()) context.addIssue({ code: 'custom', message, path: ['jsonata'] });
  return compiled ?? z.NEVER;
});

function isSecret(json: object): json is Secret {
  return 'reveal' in json && typeof json.reveal === 'function';
}

function isList(json: Exclude<SecretJson, number | boolean | null>): json is readonly SecretJson[] {
  return Array.isArray(json);
}
