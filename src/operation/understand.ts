import { getVariableValues, type GraphQLError } from 'graphql';
import type { PurposeChoice } from '../caller/purpose.ts';
import { ClientError } from '../errors.ts';
import { exceeded, type SelectedField } from '../selection/select.ts';
import { badInput } from './bad-input.ts';
import type { Operation, Selects } from './gateway.ts';
import type { OperationLimits } from './limits.ts';

/** For what an operation asks, and what kinds of data for. */
export interface Asked {
  readonly purpose: string;
  /** The data classes of the whole selection. */
  readonly selected: readonly string[];
}

/** What an operation selects and costs, or what is wrong with its variables. Throws a `ClientError` where that is too much. */
export function selectionOf({ schema, document, definition, variables }: Operation, limits: OperationLimits, { select: selectOnce, costOf }: Selects):
  | { readonly kind: 'selected'; readonly fields: readonly SelectedField[]; readonly cost: number }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] } {
  const { errors, coerced } = getVariableValues(schema, definition.variableDefinitions ?? [], variables);
  if (errors !== undefined) return { kind: 'refused', errors: errors.map((error) => badInput(error, definition)) };
  const fields = selectOnce({ schema, document, operation: definition, variables: coerced, limits });
  const cost = costOf(fields);
  if (cost > limits.cost) throw exceeded('cost', 'units of cost', limits.cost, cost);
  return { kind: 'selected', fields, cost };
}

/** For what it asks. Throws a `ClientError` where the caller may not state the purpose. */
export function askedBy({ purpose }: Pick<Operation, 'purpose'>, selected: readonly string[]): Asked {
  return { purpose: purposeOf(purpose), selected };
}

function purposeOf(choice: PurposeChoice): string {
  if (choice.kind === 'purpose') return choice.purpose;
  const message = choice.code === 'PURPOSE_REQUIRED'
    ? 'State the purpose of this request in the x-purpose header; your token allows several.'
    : 'Your token does not allow this purpose, or there is no such purpose here.';
  throw new ClientError(choice.code, message);
}
