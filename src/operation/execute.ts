import { execute, GraphQLError, OperationTypeNode, responsePathAsArray, type ExecutionResult, type GraphQLFieldResolver } from 'graphql';
import { grantsIn, noGrants, type Grants } from '../access/grants.ts';
import type { Caller } from '../caller/caller.ts';
import { ClientError } from '../errors.ts';
import { clientError, Masked, typeName, type Answer } from '../federation/answer.ts';
import { federate } from '../federation/federate.ts';
import { placeError } from '../federation/told-error.ts';
import { planRoots } from '../federation/plan/plan-roots.ts';
import type { SelectedField } from '../selection/select.ts';
import { disclosureEntry, endedBy } from './audit-entries.ts';
import type { Gateway, Operation } from './gateway.ts';
import { laysOut, layOut, type MaskedPlace } from './lay-out.ts';
import { openOperationContext, type Why } from './open-operation-context.ts';
import { reportOn } from './report-on.ts';
import { askedBy, selectionOf } from './understand.ts';

/** Runs an operation through the stages: authorize by caller, links, fan-out beside the audit, response. */
export async function executeOperation(gateway: Gateway, operation: Operation): Promise<ExecutionResult> {
  try {
    const selection = selectionOf(operation, gateway.limitsOf(operation.caller), gateway);
    if (selection.kind === 'refused') return { errors: selection.errors };
    const { fields } = selection;
    const rootValue = fields.length === 0 ? {} : await answer(gateway, operation, fields);
    return laysOut(operation.definition) ? layOut(fields, rootValue as Answer) : await throughExecutor(operation, rootValue);
  } catch (error) {
    if (error instanceof ClientError) return { errors: [clientError(error)] };
    throw error;
  }
}

async function answer(gateway: Gateway, operation: Operation, fields: readonly SelectedField[]): Promise<unknown> {
  const asked = askedBy(operation, gateway.classesOf(fields));
  const why: Why = { ...asked, grants: await grantsOf(gateway, operation.caller, asked.purpose) };
  if (operation.definition.operation !== OperationTypeNode.MUTATION) return answerRoots(gateway, operation, why, fields);
  // Changes are made one after the other, as GraphQL promises; each reads and decides anew and has an entry of its own.
  const rootValue = {};
  for (const field of fields) Object.assign(rootValue, await answerRoots(gateway, operation, why, [field]));
  return rootValue;
}

async function answerRoots(gateway: Gateway, operation: Operation, why: Why, fields: readonly SelectedField[]): Promise<Answer> {
  const { trail } = gateway;
  const context = openOperationContext(gateway, operation, why, (by) => reportOn(gateway, operation, by, executeOperation));
  const roots = planRoots({ ...context, plans: gateway.plans, fields, maxKeys: gateway.limitsOf(operation.caller).keys });
  let written: string | undefined;
  const { answer: rootValue, traces } = await federate(context, roots, async (disclosed) => {
    operation.notes?.decided.push({ purpose: why.purpose, roots, disclosed });
    written = await context.waitForStore(trail.append(disclosureEntry(gateway, { operation, purpose: why.purpose, roots, disclosed, access: why.grants.ids })));
  });
  // Not waited for: a disclosure without an outcome counts as made.
  if (written !== undefined) trail.note(endedBy(written, why.purpose, traces));
  return rootValue;
}

/** What staff have been given; read with every operation, so that an end holds at the next one. Where no policy heeds it there is nothing to read. */
async function grantsOf({ decider: { heeds }, store, clock }: Gateway, { kind, issuer, subject }: Caller, purpose: string): Promise<Grants> {
  if (kind !== 'staff' || !(heeds.grants || heeds.emergencies)) return noGrants;
  const now = clock();
  return grantsIn(await store.access.read({ holder: { issuer, subject }, endsAfter: now }), purpose, now);
}

/** What asks of the schema, too, is for the executor of graphql-js. Answers are found by response key, so that two selections of one field under two names may differ. */
async function throughExecutor({ schema, document, definition, variables }: Operation, rootValue: unknown): Promise<ExecutionResult> {
  const masked: MaskedPlace[] = [];
  const fieldResolver: GraphQLFieldResolver<Readonly<Record<string, unknown>>, unknown> = (parent, _arguments, _context, { fieldNodes, path }) => {
    const value = parent[path.key];
    // Placed here, so that the executor does not make another error around it.
    if (value instanceof GraphQLError) throw placeError(value, fieldNodes, responsePathAsArray(path));
    if (!(value instanceof Masked)) return value;
    masked.push({ path: responsePathAsArray(path), mask: value.mask });
    return value.value;
  };
  const result = await execute({
    schema, document, operationName: definition.name?.value ?? null, rootValue, variableValues: variables, fieldResolver,
    typeResolver: (value) => (value as { readonly [typeName]: string })[typeName],
  });
  return masked.length === 0 ? result : { ...result, extensions: { masked } };
}
