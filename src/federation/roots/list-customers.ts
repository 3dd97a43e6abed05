import type { Row } from '../../connectors/connector.ts';
import { ClientError } from '../../errors.ts';
import { identifierFields } from '../../identity/identifiers.ts';
import type { Resolution } from '../../identity/identity.ts';
import { allSoon } from '../../soon.ts';
import { clientError, sourceFailure } from '../answer.ts';
import { answerConnection, pageOf } from '../pages/connection.ts';
import { readAhead } from '../read-ahead.ts';
import { gatherPage } from '../pages/gather-page.ts';
import { consentPathsIn } from '../source-consents.ts';
import { answered, disclosureOf, unresolved, type Identified, type Resolve } from './identified.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';

type ListRoot = Extract<PlannedRoot, { kind: 'list' }>;

/**
 * What is asked of the rows of a page: who they are, and what they consent to, where that decides on what is read of them and this very source
 * is the authority on it. A read of its own would be one more wave.
 */
export function pageFields({ model, lead, purpose }: Pick<OperationContext, 'model' | 'lead' | 'purpose'>, { plans }: Pick<ListRoot, 'plans'>): readonly string[] {
  const decides = [...plans.values()].some(({ dependsOnCustomer }) => dependsOnCustomer);
  const consents = decides ? consentPathsIn(model.consents.get(purpose) ?? [], { source: lead.name, entity: lead.identity.entity }) : [];
  return [...new Set([...identifierFields(lead), ...consents])].sort();
}

/**
 * Lists customers through the leading source. What may be read of them is known only once its page is there, and is read from every
 * source alike.
 */
export async function identifyList(context: OperationContext, root: ListRoot, resolve: Resolve): Promise<Identified> {
  const { lead, rights } = context;
  const { entity } = lead.identity;
  const scope = [context.caller.issuer, context.caller.subject, root.field.at, JSON.stringify([root.filters, root.order])];
  const page = pageOf(context, root.field, () => scope);
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
    fetch: (asked) => context.reads.list({ source: lead.name, entity, filters: root.filters, order: root.order, fields: pageFields(context, root), page: asked }),
    shows: rights.seesSomeOnly ? (rows) => Promise.all(rows.map(shows)) : undefined,
  }], page.first, page.from, context.late);
  if (gathered.kind === 'failed') return answered(sourceFailure(gathered.error, context.caller.kind));
  const resolutions = new Map(await Promise.all(gathered.entries.map(async ({ row }) => [row, await adopt(row)] as const)));
  const customers = [...resolutions.values()].flatMap((one) => (one.kind === 'customer' ? [one.customer] : []));
  return {
    disclosures: await allSoon([...root.plans.values()].flatMap((plan) => customers.map((customer) => disclosureOf(context, plan, customer)))),
    refused: [],
    resolve: () => readAhead(context, [...root.plans.values()], customers).then(() => answerConnection(root.field, {
      entries: gathered.entries,
      cursorOf: (position) => context.cursors.seal(position, scope),
      hasNext: gathered.hasNext,
      hasPrevious: page.from !== undefined,
      end: gathered.end,
      node: (field, { row }) => {
        const resolution = resolutions.get(row);
        const plan = root.plans.get(field);
        if (resolution === undefined || plan === undefined) return null;
        return resolution.kind === 'customer' ? resolve(plan, resolution.customer) : unresolved(context, resolution);
      },
    })),
  };
}
