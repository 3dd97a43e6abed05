import type { Row } from '../connectors/connector.ts';
import type { MatchesRead } from '../connectors/reads.ts';
import { ClientError, SourceError } from '../errors.ts';
import type { SourceName } from '../ids.ts';
import { clientError, sourceFailure, type Answer } from './answer.ts';
import { answerConnection, pageOf } from './pages/connection.ts';
import { firstOf, gatherPage, type Gathered, type Stream } from './pages/gather-page.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned, PlannedRows } from './plan/plan.ts';
import { projectionOfRows } from './plan/projection.ts';
import { readerOf } from './row-reader.ts';
import { allSoon, soon, type Soon } from '../soon.ts';
import { rowSubject, type Subject } from './subject.ts';
import { answerOf } from './trace.ts';

type PlannedConnection = Extract<Planned, { kind: 'rows' }>;
type ResolveNode = (type: string, fields: readonly Planned[], subject: Subject) => Soon<Answer>;

/** Resolves a connection below a customer or a record: a page of rows out of the sources that hold them. */
export function resolveRows(
  context: OperationContext,
  planned: PlannedConnection,
  subject: Subject,
  resolveNode: ResolveNode,
): Soon<unknown> {
  // Only a cursor asks for it.
  const scopeOf = (): readonly string[] => [context.caller.issuer, context.caller.subject, planned.field.at, ...subject.scope];
  const page = pageOf(context, planned.field, scopeOf);
  if (page instanceof ClientError) return clientError(page);
  return soon(allStreams(context, planned.origins, subject), (ready) => {
    if (ready instanceof SourceError) return sourceFailure(ready, context.caller.kind);
    if (ready.length === 0) return null;
    return soon(gatherPage(ready, page.first, page.from), (gathered) => {
      if (gathered.kind === 'failed') {
        subject.trace.answered(gathered.error.source as SourceName, answerOf(gathered.error.code));
        return sourceFailure(gathered.error, context.caller.kind);
      }
      for (const { source } of ready) subject.trace.answered(source, 'OK');
      return answerPage({ context, planned, subject, resolveNode, scopeOf }, gathered, page.from !== undefined);
    });
  });
}

/** The page as the client selected it. */
function answerPage(
  { context, planned, subject, resolveNode, scopeOf }: {
    readonly context: OperationContext; readonly planned: PlannedConnection; readonly subject: Subject; readonly resolveNode: ResolveNode; readonly scopeOf: () => readonly string[];
  },
  gathered: Extract<Gathered<Row>, { kind: 'page' }>,
  hasPrevious: boolean,
): Soon<Answer> {
  return answerConnection(planned.field, {
    entries: gathered.entries,
    cursorOf: (position) => context.cursors.seal(position, scopeOf()),
    hasNext: gathered.hasNext,
    hasPrevious,
    node: (field, { source, row }) => {
      const below = rowSubject({ row, source, reader: readerOf(row), context, above: subject });
      return resolveNode(field.type, planned.origins.find(({ origin }) => origin.source === source)?.nodes.get(field) ?? [], below);
    },
  });
}

/** What is asked for first of the rows that a connection shows of a customer; nothing where that is not known before. */
export function firstPages(context: OperationContext, { field, origins }: PlannedConnection): readonly MatchesRead[] {
  const [rows, another] = origins;
  if (rows === undefined || another !== undefined || (field.arguments['after'] ?? null) !== null) return [];
  const page = pageOf(context, field, () => []);
  if (page instanceof ClientError) return [];
  const { source, entity, by } = rows.origin;
  const { size, at } = firstOf({ source, key: '', pageSize: pageSizeOf(context, rows), shows: undefined }, page.first);
  return [{ source, entity, attribute: by, fields: projectionOfRows(rows), page: { size, at } }];
}

function pageSizeOf({ capabilities }: OperationContext, { origin: { source, entity, by } }: PlannedRows): number {
  return capabilities.get(source)?.get(entity)?.find.get(by)?.pageSize ?? 1;
}

/** The streams of all sources that hold rows, or why one of them cannot be told. */
function allStreams(context: OperationContext, origins: readonly PlannedRows[], subject: Subject): Soon<readonly Stream<Row>[] | SourceError> {
  const [only, another] = origins;
  if (only !== undefined && another === undefined) return streamsOf(context, only, subject);
  return soon(allSoon(origins.map((rows) => streamsOf(context, rows, subject))), (streams) =>
    streams.find((one) => one instanceof SourceError) ?? streams.flatMap((one) => (one instanceof SourceError ? [] : one)));
}

/** One stream for each key that the subject has in the source. */
function streamsOf(context: OperationContext, rows: PlannedRows, subject: Subject): Soon<readonly Stream<Row>[] | SourceError> {
  const { source, entity, by } = rows.origin;
  return soon(subject.keysOf(source), (outcome): readonly Stream<Row>[] | SourceError => {
    if (outcome.kind === 'failed') return outcome.error;
    if (outcome.kind === 'notLinked') return [];
    const fields = projectionOfRows(rows);
    const pageSize = pageSizeOf(context, rows);
    return outcome.keys.map((key) => ({
      source, key, pageSize,
      fetch: (page) => soon(context.reads.match({ source, entity, attribute: by, value: key, fields, page }), (result) => {
        if (result.kind === 'rows' && result.rows.some((row) => row.stale)) subject.trace.answered(source, 'STALE');
        return result;
      }),
    }));
  });
}
