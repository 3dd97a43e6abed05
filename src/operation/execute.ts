import { execute, getVariableValues, OperationTypeNode, type ExecutionResult, type GraphQLFieldResolver } from 'graphql';
import type { PurposeChoice } from '../caller/purpose.ts';
import { ClientError } from '../errors.ts';
import { clientError, typeName, type Answer } from '../federation/answer.ts';
import { federate } from '../federation/federate.ts';
import { planRoots, type PlannedRoot } from '../federation/plan-roots.ts';
import { select, type SelectedField } from '../selection/select.ts';
import type { AuditIntent } from '../store/audit-log.ts';
import { intentOf, outcomeOf } from './audit-entries.ts';
import { badInput } from './bad-input.ts';
import type { Gateway, Operation } from './gateway.ts';
import { openOperationContext } from './open-operation-context.ts';

/** Runs an operation through the stages: authorize by caller, links, fan-out beside the audit, response. */
export async function executeOperation(gateway: Gateway, operation: Operation): Promise<ExecutionResult> {
  const { limits } = gateway;
  const { schema } = operation;
  const coerced = getVariableValues(schema, operation.definition.variableDefinitions ?? [], operation.variables);
  if (coerced.errors !== undefined) return { errors: coerced.errors.map((error) => badInput(error, operation.definition)) };
  const variables = coerced.coerced;
  try {
    const fields = select({ schema, document: operation.document, operation: operation.definition, variables, limits });
    const rootValue = fields.length === 0 ? {} : await answer(gateway, operation, fields);
    return await execute({
      schema,
      document: operation.document,
      operationName: operation.definition.name?.value ?? null,
      rootValue,
      variableValues: operation.variables,
      fieldResolver: byResponseKey,
      typeResolver: (value) => (value as { readonly [typeName]: string })[typeName],
    });
  } catch (error) {
    if (error instanceof ClientError) return { errors: [clientError(error)] };
    throw error;
  }
}

async function answer(gateway: Gateway, operation: Operation, fields: readonly SelectedField[]): Promise<unknown> {
  const { caller } = operation;
  const purpose = purposeOf(operation.purpose);
  const roots = planRoots({
    model: gateway.model,
    decide: (action, field) => gateway.decide({ caller, purpose, action, field }),
    caller, fields,
    maxKeys: gateway.limits.keys,
  });
  if (operation.definition.operation !== OperationTypeNode.MUTATION) return answerRoots(gateway, operation, purpose, roots);
  // Changes are made one after the other, as GraphQL promises; each reads anew and has an entry of its own.
  const rootValue = {};
  for (const root of roots) Object.assign(rootValue, await answerRoots(gateway, operation, purpose, [root]));
  return rootValue;
}

async function answerRoots(gateway: Gateway, operation: Operation, purpose: string, roots: readonly PlannedRoot[]): Promise<Answer> {
  const { audit } = gateway.store;
  let written: AuditIntent | undefined;
  const { answer: rootValue, traces } = await federate(openOperationContext(gateway, operation), roots, async (customers) => {
    written = intentOf(gateway, { operation, purpose, roots, customers });
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

function purposeOf(choice: PurposeChoice): string {
  if (choice.kind === 'purpose') return choice.purpose;
  const message = choice.code === 'PURPOSE_REQUIRED'
    ? 'State the purpose of this request in the x-purpose header; your token allows several.'
    : 'Your token does not allow this purpose, or there is no such purpose here.';
  throw new ClientError(choice.code, message);
}

/** Answers are laid out by response key, so that two selections of one field under two names may differ. */
const byResponseKey: GraphQLFieldResolver<Readonly<Record<string, unknown>>, unknown> = (parent, _arguments, _context, info) => parent[info.path.key];
