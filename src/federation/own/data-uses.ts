import { z } from 'zod';
import type { AuditKeys } from '../../audit/keys.ts';
import { useIn } from '../../audit/use-in.ts';
import { ClientError } from '../../errors.ts';
import { sourceName } from '../../ids.ts';
import type { SelectedField } from '../../selection/select.ts';
import type { AuditByCustomer, AuditMoment } from '../../store/audit-by-customer.ts';
import type { AuditRecord } from '../../store/audit-log.ts';
import { linksOf, type LinkedCustomer } from '../../store/links.ts';
import { clientError } from '../answer.ts';
import type { DataUses, OperationContext } from '../operation-context.ts';
import { pageOf } from '../pages/connection.ts';
import { gatherPage } from '../pages/gather-page.ts';
import { describeUse } from './describe-use.ts';

interface Deps extends Pick<OperationContext, 'caller' | 'cursors' | 'requestId' | 'maxFirst' | 'late' | 'model' | 'purposes'> {
  readonly trail: AuditByCustomer;
  readonly pseudonyms: AuditKeys['pseudonyms'];
}

/** So many records are read at once, and so many for one page. What is left out of a page may be most of the trail. */
const partSize = 100;
const mostRecords = 2000;

/**
 * Reads the audit trail. A customer's page is read once, however often the operation selects it; another page of hers is refused,
 * so that an operation costs one page for each of its customers.
 */
export function openDataUses(deps: Deps): DataUses {
  const pages = new Map<string, { readonly asked: string; readonly page: Promise<unknown> }>();
  return {
    async page(customer, field) {
      const asked = JSON.stringify(field.arguments);
      const known = pages.get(customer.id) ?? { asked, page: readPage(deps, customer, field) };
      pages.set(customer.id, known);
      if (known.asked === asked) return known.page;
      return clientError(new ClientError('BAD_USER_INPUT', 'dataUses: expected the same arguments wherever the operation selects it of a customer.'));
    },
  };
}

async function readPage(deps: Deps, customer: LinkedCustomer, field: SelectedField): Promise<unknown> {
  const { trail, caller, cursors, requestId } = deps;
  const includeOwn = field.arguments['includeOwn'] !== false;
  const scope = [caller.issuer, caller.subject, field.at, customer.id, String(includeOwn)];
  const page = pageOf(deps, field, () => scope);
  if (page instanceof ClientError) return clientError(page);
  const ids = customer.members.map(({ id }) => id);
  const hers = new Set<string>(ids);
  // A token whose subject is linked to her; the trail has the subject's pseudonym.
  const herOwn = new Set(linksOf(customer).flatMap(({ namespace, value }) => deps.pseudonyms(namespace, value)));
  let read = 0;
  const told = (record: AuditRecord): ReturnType<typeof describeUse> => {
    const use = useIn(record, hers);
    // This very request may be on record already, or not yet.
    if (use === undefined || use.requestId === requestId) return undefined;
    const own = use.caller.kind === 'customer' && use.caller.actor === undefined && herOwn.has(use.caller.subject);
    return own && !includeOwn ? undefined : describeUse(deps, { use, own });
  };
  const gathered = await gatherPage([{
    source: sourceName(''),
    key: '',
    pageSize: partSize,
    async fetch({ size, at }) {
      const records = await trail.latest({ customers: ids, kind: 'disclosure', before: at === undefined ? undefined : readMoment(at), size });
      read += records.length;
      const last = records.at(-1);
      return { kind: 'rows', rows: records.map((record) => ({ told: told(record), place: writeMoment(record) })), next: last === undefined || records.length < size ? undefined : writeMoment(last) };
    },
    shows: async (rows) => rows.map((row) => row.told !== undefined),
  }], page.first, page.from, () => read >= mostRecords || deps.late());
  if (gathered.kind === 'failed') throw gathered.error;
  // Behind the record itself: so many records behind the first would be another place as soon as there is a new one.
  const edges = gathered.entries.map(({ row, behind }) => ({ node: row.told, cursor: cursors.seal({ ...behind, at: row.place, skip: 0 }, scope) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: gathered.hasNext, hasPreviousPage: page.from !== undefined,
      startCursor: edges[0]?.cursor ?? null, endCursor: (gathered.end && cursors.seal(gathered.end, scope)) ?? edges.at(-1)?.cursor ?? null,
    },
  };
}

const moment = z.tuple([z.number(), z.string(), z.number()]);

function writeMoment({ at, chain, seq }: AuditMoment): string {
  return JSON.stringify([at, chain, seq]);
}

function readMoment(text: string): AuditMoment {
  const [at, chain, seq] = moment.parse(JSON.parse(text));
  return { at, chain, seq };
}
