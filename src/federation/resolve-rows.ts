import type { Row } from '../connectors/connector.ts';
import { ClientError, SourceError } from '../errors.ts';
import type { SourceName } from '../ids.ts';
import { clientError, sourceFailure, type Answer } from './answer.ts';
import { answerConnection, pageOf } from './pages/connection.ts';
import { gatherPage, type Stream } from './pages/gather-page.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned, PlannedRows } from './plan/plan.ts';
import { projectionOfRows } from './plan/projection.ts';
import { readerOf } from './row-reader.ts';
import type { Soon } from '../soon.ts';
import { rowSubject, type Subject } from './subject.ts';
import { answerOf } from './trace.ts';

type PlannedConnection = Extract<Planned, { kind: 'rows' }>;
type ResolveNode = (type: string, fields: readonly Planned[], subject: Subject) => Soon<Answer>;

/** Resolves a connection below a customer or a record: a page of rows out of the sources that hold them. */
export async function resolveRows(
  context: OperationContext,
  planned: PlannedConnection,
  subject: Subject,
  resolveNode: ResolveNode,
): Promise<unknown> {
  const scope = [context.caller.issuer, context.caller.subject, planned.field.at, ...subject.scope];
  const page = pageOf(context, planned.field, scope);
  if (page instanceof ClientError) return clientError(page);
  const streams = await Promise.all(planned.origins.map((rows) => streamsOf(context, rows, subject)));
  const failure = streams.find((one) => one instanceof SourceError);
  if (failure !== undefined) return sourceFailure(failure, context.caller.kind);
  const ready = streams.flatMap((one) => (one instanceof SourceError ? [] : one));
  if (ready.length === 0) return null;
  const gathered = await gatherPage(ready, page.first, page.from);
  if (gathered.kind === 'failed') {
    subject.trace.answered(gathered.error.source as SourceName, answerOf(gathered.error.code));
    return sourceFailure(gathered.error, context.caller.kind);
  }
  for (const { source } of ready) subject.trace.answered(source, 'OK');
  const plans = new Map(planned.origins.map((rows) => [rows.origin.source, rows]));
  return answerConnection(planned.field, {
    entries: gathered.entries,
    cursorOf: (position) => context.cursors.seal(position, scope),
    hasNext: gathered.hasNext,
    hasPrevious: page.from !== undefined,
    node: (field, { source, row }) => {
      const below = rowSubject({ row, source, reader: readerOf(row), sourceInfo: context.sourceInfo, ids: context.ids, scope: subject.scope, trace: subject.trace });
      return resolveNode(field.type, plans.get(source)?.nodes.get(field) ?? [], below);
    },
  });
}

/** One stream for each key that the subject has in the source. */
async function streamsOf(context: OperationContext, rows: PlannedRows, subject: Subject): Promise<readonly Stream<Row>[] | SourceError> {
  const { source, entity, by } = rows.origin;
  const outcome = await subject.keysOf(source);
  if (outcome.kind === 'failed') return outcome.error;
  if (outcome.kind === 'notLinked') return [];
  const fields = projectionOfRows(rows);
  const find = context.capabilities.get(source)?.get(entity)?.find.get(by);
  return outcome.keys.map((key) => ({
    source, key,
    pageSize: find?.pageSize ?? 1,
    fetch: (page) => context.reads.match({ source, entity, attribute: by, value: key, fields, page }),
  }));
}
