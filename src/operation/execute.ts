import { createHash } from 'node:crypto';
import {
  execute, getVariableValues, GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLFieldResolver, type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Decide } from '../authorization/decision.ts';
import type { Caller } from '../caller/caller.ts';
import type { PurposeChoice } from '../caller/purpose.ts';
import type { PurposeRegistry } from '../config/purposes-file.ts';
import type { SourceSettings } from '../config/source-file.ts';
import type { Connector } from '../connectors/connector.ts';
import { openReads } from '../connectors/reads.ts';
import { ClientError } from '../errors.ts';
import { clientError, typeName } from '../federation/answer.ts';
import type { CursorSeal } from '../federation/cursor.ts';
import { federate } from '../federation/federate.ts';
import type { OperationContext, SourceInfo } from '../federation/operation-context.ts';
import { permissionsOf } from '../federation/permissions.ts';
import { planRoots } from '../federation/plan-roots.ts';
import type { Trace } from '../federation/trace.ts';
import type { CustomerId, SourceName } from '../ids.ts';
import { openIdentity } from '../identity/open-identity.ts';
import type { IdentityRules } from '../identity/resolving.ts';
import type { Model } from '../schema/model.ts';
import { select, type SelectionLimits } from '../selection/select.ts';
import type { AuditIntent } from '../store/audit-log.ts';
import type { Store } from '../store/store.ts';

/** One operation, parsed and validated, with who asks and why. */
export interface Operation {
  /** The schema of the caller's audience, which the document was validated against. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly purpose: PurposeChoice;
  readonly requestId: string;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/** What outlives a request. */
export interface Gateway {
  readonly model: Model;
  readonly decide: Decide;
  readonly policyVersion: string;
  readonly purposes: PurposeRegistry;
  readonly sources: readonly SourceSettings[];
  readonly connectors: ReadonlyMap<SourceName, Connector>;
  readonly sourceInfo: (source: SourceName) => SourceInfo;
  readonly store: Store;
  readonly identityRules: IdentityRules;
  readonly cursors: CursorSeal;
  readonly limits: SelectionLimits & { readonly first: number; readonly keys: number };
  /** Milliseconds. */
  readonly requestDeadline: number;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly warn: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** Runs an operation through the stages: authorize by caller, links, fan-out beside the audit, response. */
export async function executeOperation(gateway: Gateway, operation: Operation): Promise<ExecutionResult> {
  const { limits } = gateway;
  const { schema } = operation;
  const coerced = getVariableValues(schema, operation.definition.variableDefinitions ?? [], operation.variables);
  if (coerced.errors !== undefined) return { errors: coerced.errors.map((error) => badInput(error)) };
  const variables = coerced.coerced;
  try {
    const fields = select({ schema, document: operation.document, operation: operation.definition, variables, limits });
    const rootValue = fields.length === 0 ? {} : await answer(gateway, operation, fields, variables);
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

async function answer(
  gateway: Gateway,
  operation: Operation,
  fields: ReturnType<typeof select>,
  variables: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { caller } = operation;
  const purpose = purposeOf(operation.purpose);
  const roots = planRoots({
    model: gateway.model,
    decide: (action, field) => gateway.decide({ caller, purpose, action, field }),
    caller, fields, variables,
    maxKeys: gateway.limits.keys,
  });
  const intent = (customers: readonly CustomerId[]): AuditIntent => ({
    id: gateway.newId(),
    at: gateway.clock(),
    requestId: operation.requestId,
    caller: { issuer: caller.issuer, subject: caller.subject, kind: caller.kind, actor: caller.actor, tokenId: caller.tokenId },
    purpose,
    legalBasis: gateway.purposes.get(purpose)?.legalBasis ?? '',
    operation: { name: operation.definition.name?.value, sha256: createHash('sha256').update(operation.text).digest('hex') },
    customers,
    ...permissionsOf(roots),
    policyVersion: gateway.policyVersion,
  });
  let written: AuditIntent | undefined;
  const { answer: rootValue, traces } = await federate(contextOf(gateway, operation, variables), roots, async (customers) => {
    written = intent(customers);
    await gateway.store.audit.append(written);
  });
  if (written !== undefined) noteOutcome(gateway, written, traces);
  return rootValue;
}

function contextOf(gateway: Gateway, { caller, requestId, signal }: Operation, variables: Readonly<Record<string, unknown>>): OperationContext {
  const lead = gateway.sources.find((source) => source.name === gateway.identityRules.lead);
  if (lead === undefined) throw new Error('the leading source is not among the sources');
  const call = { signal, deadline: gateway.clock() + gateway.requestDeadline, requestId };
  const reads = openReads(gateway.connectors, call);
  const identity = openIdentity({ store: gateway.store.links, reads, sources: gateway.sources, rules: gateway.identityRules, clock: gateway.clock });
  return {
    model: gateway.model, caller, variables, reads, identity, lead,
    capabilities: new Map(gateway.sources.map((source) => [source.name, source.parsed.capabilities])),
    cursors: gateway.cursors,
    sourceInfo: gateway.sourceInfo,
    own: (field) => (field === 'sources' ? gateway.sources.map((source) => gateway.sourceInfo(source.name)) : purposesOf(gateway.purposes)),
    maxFirst: gateway.limits.first,
  };
}

function purposesOf(purposes: PurposeRegistry): readonly unknown[] {
  return [...purposes].map(([key, { legalBasis, owner, description }]) => ({ key, legalBasis, owner, description }));
}

function purposeOf(choice: PurposeChoice): string {
  if (choice.kind === 'purpose') return choice.purpose;
  const message = choice.code === 'PURPOSE_REQUIRED'
    ? 'State the purpose of this request in the x-purpose header; your token allows several.'
    : 'Your token does not allow this purpose, or there is no such purpose here.';
  throw new ClientError(choice.code, message);
}

function noteOutcome(gateway: Gateway, intent: AuditIntent, traces: readonly Trace[]): void {
  // The same source in the same state is noted once, however many customers it was asked for.
  const states = new Map(traces.flatMap((trace) => [...trace.sources].map(([source, status]) => [`${source} ${status}`, { source, status }] as const)));
  const sources = [...states.keys()].sort().flatMap((state) => states.get(state) ?? []);
  const outcome = { intent: intent.id, at: gateway.clock(), sources };
  // Not waited for: an intent without an outcome counts as disclosed.
  gateway.store.audit.outcome(outcome).catch((error: unknown) => gateway.warn('the outcome could not be written', { requestId: intent.requestId, error }));
}

/** Answers are laid out by response key, so that two selections of one field under two names may differ. */
const byResponseKey: GraphQLFieldResolver<Readonly<Record<string, unknown>>, unknown> = (parent, _arguments, _context, info) => parent[info.path.key];

function badInput(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions: { code: 'BAD_USER_INPUT' } });
}
