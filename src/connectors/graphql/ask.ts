import { SourceError } from '../../errors.ts';
import type { Call } from '../connector.ts';
import type { Fail } from '../http/failure.ts';
import type { Transport } from '../http/transport.ts';
import { isSelectable, type BatchOperation, type Operation } from './operations.ts';
import { aliasOf, ownVariable } from './repeat.ts';
import { failureOf, isNotFound, readAnswer, type GraphqlAnswer, type SaidError } from './said-errors.ts';
import { isStandard, valueFor, type Json } from './variables.ts';

/** What running an operation needs of the open source. */
export interface Context {
  readonly transport: Transport;
  /** The address below the source's origin. */
  readonly path: string;
  readonly fail: Fail;
  readonly clock: () => number;
}

/** What one use of the root field was answered, under the field's own name, with the errors that concern it. */
export interface Slot {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly errors: readonly SaidError[];
}

/** Slots; or a refusal of the whole that asking for fewer values can pin down. */
export type Told =
  | { readonly kind: 'slots'; readonly slots: readonly Slot[] }
  | { readonly kind: 'refused'; readonly error: SourceError };

export type Variables = Readonly<Record<string, Json | undefined>>;

/** Asks for several keys or values in one call: a slot for each, or one for all where the query takes a list. Rejects with a SourceError. */
export async function askForEach(
  operation: BatchOperation, asked: { readonly texts: readonly string[]; readonly fields: readonly string[]; readonly variables: Variables }, call: Call, context: Context,
): Promise<Told> {
  const { label, document, placeholder } = operation;
  const { texts, fields, variables } = asked;
  const type = document.variables.get(placeholder);
  if (type === undefined) throw new TypeError(`${label}: the query has no $${placeholder}`);
  const values = texts.map((text) => valueFor(text, { ...type, list: false }) ?? null);
  const inList = placeholder === 'keys' || placeholder === 'values';
  const own = inList ? { [placeholder]: values } : Object.fromEntries(values.map((value, copy) => [ownVariable(placeholder, copy), value]));
  try {
    const answer = await send(operation, { fields, copies: inList ? undefined : texts.length, variables: { ...variables, ...own } }, call, context);
    const { data = {}, errors } = answer;
    if (answer.data === undefined) {
      const error = failureOf(errors, label, context.fail);
      if (!errors.every(isNotFound) || errors.length === 0) throw error;
      // Where the root field may not be null, one record that is missing takes the others' data with it.
      if (texts.length > 1) return { kind: 'refused', error };
      return { kind: 'slots', slots: [{ answer: { [document.root]: null }, errors: [] }] };
    }
    if (inList) return { kind: 'slots', slots: [{ answer: data, errors }] };
    return { kind: 'slots', slots: texts.map((_, copy) => slotOf(document.root, aliasOf(copy), { data, errors })) };
  } catch (error) {
    // Of a type of its own only the source can tell which of the values is none.
    if (!(error instanceof SourceError) || error.fault !== 'request' || isStandard(type)) throw error;
    return { kind: 'refused', error };
  }
}

/** Asks once, without keys or values. Rejects with a SourceError. */
export async function askOnce(operation: Operation, asked: { readonly fields: readonly string[]; readonly variables: Variables }, call: Call, context: Context): Promise<Slot> {
  const { data, errors } = await send(operation, { ...asked, copies: undefined }, call, context);
  if (data === undefined) throw failureOf(errors, operation.label, context.fail);
  return { answer: data, errors };
}

async function send(
  { label, document }: Operation,
  { fields, copies, variables }: { readonly fields: readonly string[]; readonly copies: number | undefined; readonly variables: Variables },
  call: Call,
  { transport, path, fail }: Context,
): Promise<GraphqlAnswer> {
  const odd = fields.find((field) => !isSelectable(field));
  if (odd !== undefined) throw fail('SOURCE_UNAVAILABLE', `${label} cannot ask for ${JSON.stringify(odd)}`, { fault: 'request' });
  const body = JSON.stringify({ query: document.text(fields, copies), variables });
  const told = await transport.send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body, label }, call);
  if (told.kind === 'nothing') throw fail('SOURCE_UNAVAILABLE', `${label} answered ${told.status}`, { fault: 'request' });
  const answer = readAnswer(told.body);
  if (answer === undefined) throw fail('SOURCE_MALFORMED', `${label} answered what is no GraphQL answer`);
  return answer;
}

/** An error without a place concerns every copy. */
function slotOf(root: string, alias: string, { data, errors }: { readonly data: Readonly<Record<string, unknown>>; readonly errors: readonly SaidError[] }): Slot {
  const own = errors.filter(({ path }) => path.length === 0 || path[0] === alias);
  return {
    answer: Object.hasOwn(data, alias) ? { [root]: data[alias] } : {},
    errors: own.map(({ path, code }) => ({ code, path: path.length === 0 ? path : [root, ...path.slice(1)] })),
  };
}
