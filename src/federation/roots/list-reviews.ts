import { ClientError } from '../../errors.ts';
import { sourceName } from '../../ids.ts';
import type { LinkedCustomer, Unlinked, UnlinkedReason } from '../../store/links.ts';
import { clientError } from '../answer.ts';
import { answerAround } from '../own/answer-around.ts';
import { answerConnection, pageOf } from '../pages/connection.ts';
import { gatherPage } from '../pages/gather-page.ts';
import { answered, aroundOf, type Identified, type Resolve } from './identified.ts';
import type { OperationContext } from '../operation-context.ts';
import type { PlannedRoot } from '../plan/plan-roots.ts';

interface ReviewArguments {
  readonly where?: { readonly source?: string | null; readonly reason?: UnlinkedReason | null } | null;
}

/** Lists whom sources have no link for. */
export async function identifyReviews(context: OperationContext, root: Extract<PlannedRoot, { kind: 'reviews' }>, resolve: Resolve): Promise<Identified> {
  const { where } = root.field.arguments as ReviewArguments;
  const [source, reason] = [where?.source ?? undefined, where?.reason ?? undefined];
  const scope = [context.caller.issuer, context.caller.subject, root.field.at, JSON.stringify([source, reason])];
  const page = pageOf(context, root.field, () => scope);
  if (page instanceof ClientError) return answered(clientError(page));
  const customers = new Map<Unlinked, LinkedCustomer>();
  const gathered = await gatherPage<Unlinked>([{
    source: sourceName(''),
    key: '',
    pageSize: context.maxFirst,
    fetch: async ({ size, at }) => {
      const { noted, next } = await context.stewardship.reviews({ source, reason, size, at });
      return { kind: 'rows', rows: noted, next };
    },
    shows: (rows) => Promise.all(rows.map(async (row) => {
      const resolution = await context.identity.stored({ kind: 'id', value: row.customer });
      if (resolution.kind === 'customer') customers.set(row, resolution.customer);
      return resolution.kind === 'customer' && context.rights.sees(resolution.customer);
    })),
  }], page.first, page.from, context.late);
  if (gathered.kind === 'failed') throw gathered.error;
  const listed = gathered.entries.flatMap(({ row }) => customers.get(row) ?? []);
  return {
    disclosures: await Promise.all([...root.plans.values()].flatMap((plan) => listed.map((customer) => aroundOf(context, plan, customer)))),
    refused: [],
    resolve: () => answerConnection(root.field, {
      entries: gathered.entries,
      cursorOf: (position) => context.cursors.seal(position, scope),
      hasNext: gathered.hasNext,
      hasPrevious: page.from !== undefined,
      end: gathered.end,
      node: async (field, { row }) => {
        const plan = root.plans.get(field);
        return plan === undefined ? null : answerAround(context, field.type, plan, {
          own: describe(context, row), about: customers.get(row), customers: { customer: customers.get(row) }, resolve,
        });
      },
    }),
  };
}

function describe(context: OperationContext, { source, reason, identifier, candidates, notedAt, until }: Unlinked): Readonly<Record<string, unknown>> {
  return {
    source: context.sourceInfo(sourceName(source)), reason, identifier: identifier ?? null, candidates,
    notedAt: new Date(notedAt).toISOString(), dueAt: new Date(until).toISOString(),
  };
}
