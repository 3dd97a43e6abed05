import type { Row } from '../connectors/connector.ts';
import { ClientError } from '../errors.ts';
import { identifierFields } from '../identity/identifiers.ts';
import type { Resolution } from '../identity/identity.ts';
import { clientError, sourceFailure } from './answer.ts';
import { answerConnection, pageOf } from './connection.ts';
import { gatherPage, type Entry } from './gather-page.ts';
import { answered, unresolved, type Identified, type Resolve } from './identified.ts';
import type { OperationContext } from './operation-context.ts';
import type { PlannedRoot } from './plan-roots.ts';
import { entityKey } from './projection.ts';

/** Lists customers through the leading source: its page is read now, the other sources when it is known whom it is about. */
export async function identifyList(context: OperationContext, root: Extract<PlannedRoot, { kind: 'list' }>, resolve: Resolve): Promise<Identified> {
  const { lead } = context;
  const { entity } = lead.identity;
  const scope = [context.caller.issuer, context.caller.subject, root.field.at, JSON.stringify([root.filters, root.order])];
  const page = pageOf(context, root.field, scope);
  if (page instanceof ClientError) return answered(clientError(page));
  const fields = [...new Set([...identifierFields(lead), ...[...root.plans.values()].flatMap((plan) => plan.projection.of(lead.name, entity))])].sort();
  const gathered = await gatherPage<Row>([{
    source: lead.name,
    key: '',
    pageSize: lead.parsed.capabilities.get(entity)?.list?.pageSize ?? 1,
    fetch: (asked) => context.reads.list({ source: lead.name, entity, filters: root.filters, order: root.order, fields, page: asked }),
  }], page.first, page.from);
  if (gathered.kind === 'failed') return answered(sourceFailure(gathered.error, context.caller.kind));
  const resolutions = new Map<Entry<Row>, Resolution>(
    await Promise.all(gathered.entries.map(async (entry) => [entry, await context.identity.adopt(entry.source, entry.row)] as const)),
  );
  return {
    customers: [...resolutions.values()].flatMap((one) => (one.kind === 'customer' ? [one.customer.id] : [])),
    resolve: () => answerConnection(root.field, {
      edges: gathered.entries.map((entry) => ({ entry, cursor: context.cursors.seal(entry.behind, scope) })),
      hasNext: gathered.hasNext,
      hasPrevious: page.from !== undefined,
      node: async (field, entry) => {
        const resolution = resolutions.get(entry);
        const plan = root.plans.get(field);
        if (resolution === undefined || plan === undefined) return null;
        if (resolution.kind !== 'customer') return unresolved(context, resolution);
        return resolve(plan, resolution.customer, { entity: entityKey(entry.source, entity), row: entry.row });
      },
    }),
  };
}
