import type { Call } from '../connector.ts';
import type { Context as HttpContext } from '../http/ask.ts';
import { isSelectable, type BatchOperation, type Operation } from './operations.ts';
import { aliasOf, ownVariable } from './repeat.ts';
import { failureOf, isNotFound, readAnswer, type GraphqlAnswer, type SaidError } from './said-errors.ts';
import { valueFor, type Json } from './variables.ts';

/** What running an operation needs of the open source. */
export interface Context extends HttpContext {
  /** The address below the source's origin. */
  readonly path: string;
}

/** What one use of the root field was answered, under the field's own name, with the errors that concern it. */
export interface Slot {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly errors: readonly SaidError[];
}

export type Variables = Readonly<Record<string, Json | undefined>>;

/** What an operation is asked with, besides keys or values. */
export interface Asked {
  readonly fields: readonly string[];
  readonly variables: Variables;
}

/** Asks for several keys or values in one call: a slot for each, or one for all where the query takes a list. Rejects with a SourceError. */
export async function askForEach(operation: BatchOperation, texts: readonly string[], asked: Asked, call: Call, context: Context): Promise<readonly Slot[]> {
  const { label, document, placeholder } = operation;
  const type = document.variables.get(placeholder);
  if (type === undefined) throw new TypeError(`${label}: the query has no $${placeholder}`);
  const values = texts.map((text) => valueFor(text, { ...type, list: false }) ?? null);
  if (takesList(operation)) return [await askOnce(operation, { ...asked, variables: { ...asked.variables, [placeholder]: values } }, call, context)];

  const own = Object.fromEntries(values.map((value, copy) => [ownVariable(placeholder, copy), value]));
  const { data, errors } = await send(operation, { ...asked, copies: texts.length, variables: { ...asked.variables, ...own } }, call, context);
  if (data !== undefined) return texts.map((_, copy) => slotOf(document.root, aliasOf(copy), { data, errors }));
  if (errors.length === 0 || !errors.every(isNotFound)) throw failureOf(errors, label, context.fail);
  // Where the root field may not be null, one record that is missing takes the data of the others with it.
  if (texts.length > 1) throw context.fail('SOURCE_UNAVAILABLE', `${label} answered without data, since not all was found`, { fault: 'request' });
  return [{ answer: { [document.root]: null }, errors: [] }];
}

/** True for an operation that takes its keys or values in one list. */
export function takesList({ placeholder }: BatchOperation): boolean {
  return placeholder === 'keys' || placeholder === 'values';
}

/** Asks with the root field as it stands. Rejects with a SourceError. */
export async function askOnce(operation: Operation, asked: Asked, call: Call, context: Context): Promise<Slot> {
  const { data, errors } = await send(operation, { ...asked, copies: undefined }, call, context);
  if (data === undefined) throw failureOf(errors, operation.label, context.fail);
  return { answer: data, errors };
}

async function send(
  { label, document }: Operation,
  { fields, copies, variables }: Asked & { readonly copies: number | undefined },
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
function slotOf(root: string, alias: string, { data, errors }: { readonly data: Slot['answer']; readonly errors: readonly SaidError[] }): Slot {
  const own = errors.filter(({ path }) => path.length === 0 || path[0] === alias);
  return {
    answer: Object.hasOwn(data, alias) ? { [root]: data[alias] } : {},
    errors: own.map(({ path, code }) => ({ code, path: path.length === 0 ? path : [root, ...path.slice(1)] })),
  };
}
