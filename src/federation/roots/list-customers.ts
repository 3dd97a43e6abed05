import type { Row } from '../../connectors/connector.ts';
import { ClientError } from '../../errors.ts';
import { identifierFields } from '../../identity/identifiers.ts';
import type { Resolution } from '../../identity/identity.ts';
import { clientError, sourceFailure } from '../answer.ts';
import { answerConnection, pageOf } from '../pages/connection.ts';
import { gatherPage } from '../pages/gather-page.ts';
import { answered, disclosureOf, unresolved, type Identified, type Resolve } from './identified.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';

/**
 * Lists customers through the leading source. Its page is asked for no more than who they are: what may be read of them is known
 * only then, and read from every source alike.
 */
export async function identifyList(context: OperationContext, root: Extract<PlannedRoot, { kind: 'list' }>, resolve: Resolve): Promise<Identified> {
  const { lead, rights } = context;
  const { entity } = lead.identity;
  const scope = [context.caller.issuer, context.caller.subject, root.field.at, JSON.stringify([root.filters, root.order])];
  const page = pageOf(context, root.field, scope);
  if (page instanceof ClientError) return answered(clientError(page));
  const adopted = new Map<Row, Promise<Resolution>>();
  const adopt = (row: Row): Promise<Resolution> => {
    const resolution = adopted.get(row) ?? context.identity.adopt(lead.name, row);
    adopted.set(row, resolution);
    return resolution;
  };
  const shows = async (row: Row): Promise<boolean> => {
    const resolution = await adopt(row);
    return resolution.kind === 'customer' && rights.sees(resolution.customer);
  };
  const gathered = await gatherPage<Row>([{
    source: lead.name,
    key: '',
    pageSize: lead.parsed.capabilities.get(entity)?.list?.pageSize ?? 1,
    fetch: (asked) => context.reads.list({ source: lead.name, entity, filters: root.filters, order: root.order, fields: identifierFields(lead), page: asked }),
    shows: rights.seesSomeOnly ? (rows) => Promise.all(rows.map(shows)) : undefined,
  }], page.first, page.from, context.late);
  if (gathered.kind === 'failed') return answered(sourceFailure(gathered.error, context.caller.kind));
  const resolutions = new Map(await Promise.all(gathered.entries.map(async ({ row }) => [row, await adopt(row)] as const)));
  const customers = [...resolutions.values()].flatMap((one) => (one.kind === 'customer' ? [one.customer] : []));
  return {
    disclosures: await Promise.all([...root.plans.values()].flatMap((plan) => customers.map((customer) => disclosureOf(context, plan, customer)))),
    refused: [],
    resolve: () => answerConnection(root.field, {
      entries: gathered.entries,
      cursorOf: (position) => context.cursors.seal(position, scope),
      hasNext: gathered.hasNext,
      hasPrevious: page.from !== undefined,
      end: gathered.end,
      node: async (field, { row }) => {
        const resolution = resolutions.get(row);
        const plan = root.plans.get(field);
        if (resolution === undefined || plan === undefined) return null;
        return resolution.kind === 'customer' ? resolve(plan, resolution.customer) : unresolved(context, resolution);
      },
    }),
  };
}
