import type { GraphQLError } from 'graphql';
import { resolveVisible } from '../authorization/visible-customers.ts';
import type { Row } from '../connectors/connector.ts';
import { ClientError, unreachable } from '../errors.ts';
import type { CustomerId } from '../ids.ts';
import { identifierFields } from '../identity/identifiers.ts';
import type { Resolution } from '../identity/identity.ts';
import type { LinkedCustomer } from '../store/links.ts';
import { anAnswer, clientError, sourceFailure, type Answer } from './answer.ts';
import { answerConnection, pageOf } from './connection.ts';
import { gatherPage, type Entry } from './gather-page.ts';
import type { OperationContext } from './operation-context.ts';
import { answerOwn } from './own.ts';
import type { AskedCustomer, PlannedRoot } from './plan-roots.ts';
import { entityKey } from './projection.ts';
import { resolveCustomer, type CustomerPlan } from './resolve-customer.ts';
import type { Trace } from './trace.ts';

/** A root field whose customers are known, and whose data can now be fetched. */
interface Identified {
  readonly customers: readonly CustomerId[];
  readonly resolve: () => Promise<unknown>;
}

export interface Federated {
  readonly answer: Answer;
  readonly traces: readonly Trace[];
}

/**
 * Resolves planned root fields: first whom they are about, then, all at once, what is permitted of them.
 *
 * `disclose` is told the customers as soon as they are known, and runs beside the fan-out. Nothing is answered before it is done.
 */
export async function federate(
  context: OperationContext,
  roots: readonly PlannedRoot[],
  disclose: (customers: readonly CustomerId[]) => Promise<void>,
): Promise<Federated> {
  const traces: Trace[] = [];
  const resolved = async (plan: CustomerPlan, customer: LinkedCustomer, known?: ReadonlyMap<string, Row>): Promise<Answer> => {
    const { answer, trace } = await resolveCustomer(context, plan, customer, known);
    traces.push(trace);
    return answer;
  };
  const identified = await Promise.all(roots.map((root) => identify(context, root, resolved)));
  const answer = anAnswer('Query');
  await Promise.all([
    disclose([...new Set(identified.flatMap((one) => one.customers))]),
    ...identified.map(async (one, index) => {
      const root = roots[index];
      if (root !== undefined) answer[root.field.responseKey] = await one.resolve();
    }),
  ]);
  return { answer, traces };
}

type Resolve = (plan: CustomerPlan, customer: LinkedCustomer, known?: ReadonlyMap<string, Row>) => Promise<Answer>;

async function identify(context: OperationContext, root: PlannedRoot, resolve: Resolve): Promise<Identified> {
  switch (root.kind) {
    case 'refused':
      return { customers: [], resolve: async () => root.error };
    case 'own':
      return { customers: [], resolve: async () => answerOwn(context, root.planned, context.own(root.field.name)) };
    case 'one':
      return identifyOne(context, root.key, root.plan, resolve);
    case 'many': {
      const all = await Promise.all(root.keys.map((key) => identifyOne(context, key, root.plan, resolve)));
      return { customers: all.flatMap((one) => one.customers), resolve: () => Promise.all(all.map((one) => one.resolve())) };
    }
    case 'list':
      return identifyList(context, root, resolve);
    default:
      return unreachable(root);
  }
}

async function identifyOne(context: OperationContext, asked: AskedCustomer, plan: CustomerPlan, resolve: Resolve): Promise<Identified> {
  if (asked.kind === 'refused') return { customers: [], resolve: async () => asked.error };
  const resolution = await resolveVisible(context.identity, context.caller, asked.key);
  if (resolution.kind !== 'customer') return { customers: [], resolve: async () => unresolved(context, resolution) };
  const { customer } = resolution;
  return { customers: [customer.id], resolve: () => resolve(plan, customer) };
}

/** What stands where a customer was asked for and none can be shown. */
function unresolved(context: OperationContext, resolution: Exclude<Resolution, { kind: 'customer' }>): GraphQLError | null {
  switch (resolution.kind) {
    case 'unknown':
      return null;
    case 'ambiguous':
      return clientError(new ClientError('BAD_USER_INPUT', 'More than one customer answers to this key; ask by number or id.', { reason: 'ambiguous' }));
    case 'failed':
      return sourceFailure(resolution.error, context.caller.kind);
  }
}

async function identifyList(context: OperationContext, root: Extract<PlannedRoot, { kind: 'list' }>, resolve: Resolve): Promise<Identified> {
  const refused = (error: GraphQLError): Identified => ({ customers: [], resolve: async () => error });
  const { lead } = context;
  const { entity } = lead.identity;
  const scope = [context.caller.issuer, context.caller.subject, root.field.at, JSON.stringify([root.filters, root.order])];
  const page = pageOf(context, root.field, scope);
  if (page instanceof ClientError) return refused(clientError(page));
  const fields = [...new Set([...identifierFields(lead), ...[...root.plans.values()].flatMap((plan) => plan.projection.of(lead.name, entity))])].sort();
  const gathered = await gatherPage([{
    source: lead.name,
    pageSize: lead.parsed.capabilities.get(entity)?.list?.pageSize ?? 1,
    fetch: (asked) => context.reads.list({ source: lead.name, entity, filters: root.filters, order: root.order, fields, page: asked }),
  }], page.first, page.from);
  if (gathered.kind === 'failed') return refused(sourceFailure(gathered.error, context.caller.kind));
  const resolutions = new Map<Entry, Resolution>(
    await Promise.all(gathered.entries.map(async (entry) => [entry, await context.identity.adopt(entry.source, entry.row)] as const)),
  );
  const customers = [...resolutions.values()].flatMap((one) => (one.kind === 'customer' ? [one.customer.id] : []));
  return {
    customers,
    resolve: () => answerConnection(root.field, {
      edges: gathered.entries.map((entry) => ({ entry, cursor: context.cursors.seal(entry.behind, scope) })),
      hasNext: gathered.hasNext,
      hasPrevious: page.from !== undefined,
      node: async (field, entry) => {
        const resolution = resolutions.get(entry);
        const plan = root.plans.get(field);
        if (resolution === undefined || plan === undefined) return null;
        if (resolution.kind !== 'customer') return unresolved(context, resolution);
        return resolve(plan, resolution.customer, new Map([[entityKey(entry.source, entity), entry.row]]));
      },
    }),
  };
}
