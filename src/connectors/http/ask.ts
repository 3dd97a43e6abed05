import type { Call } from '../connector.ts';
import type { Fail } from '../failure.ts';
import type { Operation } from './operations.ts';
import type { Addition, HttpRequest } from './request.ts';
import { heedSaidError } from './said-error.ts';
import type { Variables } from './template.ts';
import type { Transport } from './transport.ts';

/** What running an operation needs of the open source. */
export interface Context {
  readonly transport: Transport;
  readonly fail: Fail;
  readonly clock: () => number;
}

/** The rows of an answer, not yet proven to be anybody's; or that the source knows of none. */
export type Told =
  | { readonly kind: 'rows'; readonly rows: readonly unknown[]; readonly answer: unknown }
  | { readonly kind: 'nothing'; readonly status: number };

/** What an operation is asked with. */
export interface Asked {
  readonly variables: Variables;
  readonly additions?: readonly Addition[];
}

/** Runs one operation once. Rejects with a SourceError. */
export async function ask(operation: Operation, asked: Asked, call: Call, { transport, fail }: Context): Promise<Told> {
  const { label } = operation.request;
  const request = await rendered(operation, asked, fail);
  const answer = await transport.send(request, call);
  if (answer.kind === 'nothing') return answer;
  if (heedSaidError(answer.body, operation.error, label, fail) === 'absent') return { kind: 'nothing', status: 200 };
  const rows = await operation.rows(answer.body).catch((cause: unknown) => {
    throw fail('SOURCE_MALFORMED', `${label}: finding the rows failed`, { cause });
  });
  if (rows === undefined) throw fail('SOURCE_MALFORMED', `${label} answered without rows where they should be`);
  return { kind: 'rows', rows, answer: answer.body };
}

async function rendered(operation: Operation, asked: Asked, fail: Fail): Promise<HttpRequest> {
  try {
    return await operation.request.render(asked.variables, asked.additions);
  } catch (cause) {
    throw fail('SOURCE_UNAVAILABLE', `${operation.request.label}: the request cannot be written`, { fault: 'request', cause });
  }
}

/** The paths to ask the source for: those that are wanted, and those without which no row could be told apart. */
export function fieldVariables(wanted: readonly string[], needed: readonly (readonly string[] | undefined)[]): Variables {
  const fields = [...new Set([...wanted, ...needed.flatMap((path) => (path === undefined ? [] : [path.join('.')]))])];
  const topFields = [...new Set(fields.map((field) => field.split('.')[0] ?? field))];
  return { fields, topFields };
}
