import { execute, getVariableValues, GraphQLError, OperationTypeNode, responsePathAsArray, type ExecutionResult, type GraphQLFieldResolver } from 'graphql';
import { grantsIn, noGrants, type Grants } from '../access/grants.ts';
import type { MaskName } from '../authorization/masks/mask.ts';
import type { Caller } from '../caller/caller.ts';
import type { PurposeChoice } from '../caller/purpose.ts';
import { ClientError } from '../errors.ts';
import { clientError, Masked, typeName, type Answer } from '../federation/answer.ts';
import { federate } from '../federation/federate.ts';
import { openErrorPlaces } from '../federation/told-error.ts';
import { planRoots } from '../federation/plan/plan-roots.ts';
import { selectedClasses } from '../federation/plan/selected-classes.ts';
import { select, type SelectedField } from '../selection/select.ts';
import { disclosureEntry, outcomeEntry } from './audit-entries.ts';
import { badInput } from './bad-input.ts';
import type { Gateway, Operation } from './gateway.ts';
import { openOperationContext, type Why } from './open-operation-context.ts';
import { reportOn } from './report-on.ts';

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
  const purpose = purposeOf(operation.purpose);
  const why: Why = { purpose, selected: selectedClasses(gateway.model, fields), grants: await grantsOf(gateway, operation.caller, purpose) };
  if (operation.definition.operation !== OperationTypeNode.MUTATION) return answerRoots(gateway, operation, why, fields);
  // Changes are made one after the other, as GraphQL promises; each reads and decides anew and has an entry of its own.
  const rootValue = {};
  for (const field of fields) Object.assign(rootValue, await answerRoots(gateway, operation, why, [field]));
  return rootValue;
}

async function answerRoots(gateway: Gateway, operation: Operation, why: Why, fields: readonly SelectedField[]): Promise<Answer> {
  const { trail } = gateway;
  const context = openOperationContext(gateway, operation, why, (by) => reportOn(gateway, operation, by, executeOperation));
  const roots = planRoots({ ...context, fields, maxKeys: gateway.limits.keys });
  let written: string | undefined;
  const { answer: rootValue, traces } = await federate(context, roots, async (disclosed) => {
    written = await trail.append(disclosureEntry(gateway, { operation, purpose: why.purpose, roots, disclosed, access: why.grants.ids }));
  });
  // Not waited for: a disclosure without an outcome counts as made.
  if (written !== undefined) trail.note(outcomeEntry(written, why.purpose, traces));
  return rootValue;
}

/** What staff have been given; read with every operation, so that an end holds at the next one. Where no policy heeds it there is nothing to read. */
async function grantsOf({ decider: { heeds }, store, clock }: Gateway, { kind, issuer, subject }: Caller, purpose: string): Promise<Grants> {
  if (kind !== 'staff' || !(heeds.grants || heeds.emergencies)) return noGrants;
  const now = clock();
  return grantsIn(await store.access.read({ holder: { issuer, subject }, endsAfter: now }), purpose, now);
}

function purposeOf(choice: PurposeChoice): string {
  if (choice.kind === 'purpose') return choice.purpose;
  const message = choice.code === 'PURPOSE_REQUIRED'
    ? 'State the purpose of this request in the x-purpose header; your token allows several.'
    : 'Your token does not allow this purpose, or there is no such purpose here.';
  throw new ClientError(choice.code, message);
}

/** Where a masked value stands in the answer. */
interface MaskedPlace {
  readonly path: readonly (string | number)[];
  readonly mask: MaskName;
}

/** Answers are laid out by response key, so that two selections of one field under two names may differ. */
function layOut(masked: MaskedPlace[]): GraphQLFieldResolver<Readonly<Record<string, unknown>>, unknown> {
  const placed = openErrorPlaces();
  return (parent, _arguments, _context, { fieldNodes, path }) => {
    const value = parent[path.key];
    // Placed here, so that the executor does not make another error around it.
    if (value instanceof GraphQLError) throw placed(value, fieldNodes, responsePathAsArray(path));
    if (!(value instanceof Masked)) return value;
    masked.push({ path: responsePathAsArray(path), mask: value.mask });
    return value.value;
  };
}
