import { execute, OperationTypeNode, responsePathAsArray, type ExecutionResult, type GraphQLFieldResolver } from 'graphql';
import type { MaskName } from '../authorization/masks/mask.ts';
import { ClientError } from '../errors.ts';
import { clientError, Masked, typeName, type Answer } from '../federation/answer.ts';
import { federate } from '../federation/federate.ts';
import { planRoots } from '../federation/plan/plan-roots.ts';
import type { SelectedField } from '../selection/select.ts';
import type { AuditIntent } from '../store/audit-log.ts';
import { intentOf, outcomeOf } from './audit-entries.ts';
import type { Gateway, Operation } from './gateway.ts';
import { openOperationContext } from './open-operation-context.ts';
import { selectionOf, whyOf, type Why } from './understand.ts';

/** Runs an operation through the stages: authorize by caller, links, fan-out beside the audit, response. */
export async function executeOperation(gateway: Gateway, operation: Operation): Promise<ExecutionResult> {
  const { schema } = operation;
  try {
    const selection = selectionOf(operation, gateway.limits);
    if (selection.kind === 'refused') return { errors: selection.errors };
    const { fields } = selection;
    const rootValue = fields.length === 0 ? {} : await answer(gateway, operation, fields);
    const masked: MaskedPlace[] = [];
    const result = await execute({
      schema,
      document: operation.document,
      operationName: operation.definition.name?.value ?? null,
      rootValue,
      variableValues: operation.variables,
      fieldResolver: layOut(masked),
      typeResolver: (value) => (value as { readonly [typeName]: string })[typeName],
    });
    return masked.length === 0 ? result : { ...result, extensions: { masked } };
  } catch (error) {
    if (error instanceof ClientError) return { errors: [clientError(error)] };
    throw error;
  }
}

async function answer(gateway: Gateway, operation: Operation, fields: readonly SelectedField[]): Promise<unknown> {
  const why = whyOf(gateway.model, operation, fields);
  if (operation.definition.operation !== OperationTypeNode.MUTATION) return answerRoots(gateway, operation, why, fields);
  // Changes are made one after the other, as GraphQL promises; each reads and decides anew and has an entry of its own.
  const rootValue = {};
  for (const field of fields) Object.assign(rootValue, await answerRoots(gateway, operation, why, [field]));
  return rootValue;
}

async function answerRoots(gateway: Gateway, operation: Operation, why: Why, fields: readonly SelectedField[]): Promise<Answer> {
  const { audit } = gateway.store;
  const context = openOperationContext(gateway, operation, why);
  const roots = planRoots({ ...context, fields, maxKeys: gateway.limits.keys });
  let written: AuditIntent | undefined;
  const { answer: rootValue, traces } = await federate(context, roots, async (disclosed) => {
    written = intentOf(gateway, { operation, purpose: why.purpose, roots, disclosed });
    await audit.append(written);
  });
  if (written !== undefined) {
    const { requestId } = written;
    // Not waited for: an intent without an outcome counts as disclosed.
    audit.outcome(outcomeOf(written, traces, gateway.clock())).catch((error: unknown) => {
      gateway.warn('the outcome could not be written', { requestId, error });
    });
  }
  return rootValue;
}

/** Where a masked value stands in the answer. */
interface MaskedPlace {
  readonly path: readonly (string | number)[];
  readonly mask: MaskName;
}

/** Answers are laid out by response key, so that two selections of one field under two names may differ. */
function layOut(masked: MaskedPlace[]): GraphQLFieldResolver<Readonly<Record<string, unknown>>, unknown> {
  return (parent, _arguments, _context, { path }) => {
    const value = parent[path.key];
    if (!(value instanceof Masked)) return value;
    masked.push({ path: responsePathAsArray(path), mask: value.mask });
    return value.value;
  };
}
