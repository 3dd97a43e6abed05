import { unreachable, type SourceError } from '../errors.ts';
import { Malformed, type Reader } from '../schema/model.ts';
import { anAnswer, sourceFailure, type Answer } from './answer.ts';
import { answerDenied, masked } from './answer-decided.ts';
import { answerOwn } from './own/answer-own.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned, PlannedItems } from './plan/plan.ts';
import { resolveRows } from './resolve-rows.ts';
import { itemReaderOf, readerOf } from './row-reader.ts';
import { allSoon, soon, type Soon } from '../soon.ts';
import { rowSubject, type RecordOutcome, type Subject } from './subject.ts';
import type { ProvenanceRule } from './trace.ts';

/** Resolves the planned fields of one object, all of them together. `path` is where the object lies below its customer. */
export function resolveFields(
  context: OperationContext,
  type: string,
  planned: readonly Planned[],
  subject: Subject,
  path: string,
): Soon<Answer> {
  const answer = anAnswer(type);
  const waiting: Promise<void>[] = [];
  for (const one of planned) {
    const { name, responseKey } = one.field;
    const value = resolveField(context, one, subject, path === '' ? name : `${path}.${name}`);
    if (value instanceof Promise) waiting.push(value.then((come) => void (answer[responseKey] = come)));
    else answer[responseKey] = value;
  }
  return waiting.length === 0 ? answer : Promise.all(waiting).then(() => answer);
}

function resolveField(context: OperationContext, planned: Planned, subject: Subject, path: string): unknown {
  switch (planned.kind) {
    case 'denied':
      return answerDenied(context, planned, subject.trace);
    case 'open':
      throw new Error(`${planned.field.at} was left open`);
    case 'own':
      return soon(subject.own(planned.field), (data) => answerOwn(context, planned, data));
    case 'value':
      return soon(resolveValue(context, planned, subject, path), (value) => masked(context, planned, value));
    case 'part':
      return soon(resolveFields(context, planned.field.type, planned.fields, subject, path), (answer) =>
        // Where nothing is selected but its type name, nothing was read that could say that it is not there.
        (planned.fields.length > 0 && Object.values(answer).every((value) => value === null) ? null : answer));
    case 'items':
      return resolveItems(context, planned.origins, subject, path);
    case 'rows':
      return resolveRows(context, planned, subject, (type, fields, below) => resolveFields(context, type, fields, below, ''));
    default:
      return unreachable(planned);
  }
}

type PlannedValue = Extract<Planned, { kind: 'value' }>;

/** What has been found out on the way through the records that may have a value. */
interface Search {
  readonly failed: { readonly code: SourceError['code']; readonly source: string } | undefined;
  /** False once something that is preferred had no value. */
  readonly preferred: boolean;
}

/**
 * The first origin, in the declared order, that has a value. One that failed ends it with its error, unless it allows to
 * fall back on failure; whether another source agrees cannot be known then, so nothing is guessed.
 */
function resolveValue(context: OperationContext, { origins, mask }: PlannedValue, subject: Subject, path: string): unknown {
  const fromOrigin = (place: number, search: Search): unknown => {
    const origin = origins[place];
    const { failed } = search;
    if (origin === undefined || (failed !== undefined && origins[place - 1]?.fallbackOnFailure !== true)) {
      return failed === undefined ? null : sourceFailure(failed, context.caller.kind);
    }
    return soon(subject.records(origin.source, origin.entity), (outcomes) => fromRecord(place, outcomes, 0, search));
  };
  const fromRecord = (place: number, outcomes: readonly RecordOutcome[], at: number, { failed, preferred }: Search): unknown => {
    const [origin, outcome] = [origins[place], outcomes[at]];
    if (origin === undefined || outcome === undefined) return fromOrigin(place + 1, { failed, preferred: false });
    const next = (failure: Search['failed']): unknown => fromRecord(place, outcomes, at + 1, { failed: failed ?? failure, preferred: false });
    if (outcome.kind !== 'found') return next(outcome.kind === 'failed' ? outcome.error : undefined);
    return soon(origin.read(outcome.reader), (value) => {
      if (value === undefined) return next(undefined);
      if (value instanceof Malformed) return next({ code: 'SOURCE_MALFORMED', source: origin.source });
      const rule: ProvenanceRule = preferred ? 'PREFERRED' : failed === undefined ? 'NEXT_IN_ORDER' : 'FALLBACK_ON_FAILURE';
      const { row } = outcome;
      subject.trace.came({ path, origin, origins, value, masked: mask !== undefined, remoteId: row.key, fetchedAt: row.fetchedAt, rule });
      return value;
    });
  };
  return fromOrigin(0, { failed: undefined, preferred: true });
}

/** The items of all origins, one list. An origin that failed leaves one null with its error, and the others' items beside it. */
function resolveItems(context: OperationContext, origins: readonly PlannedItems[], subject: Subject, path: string): unknown {
  const lists = allSoon(origins.map(({ origin }) => subject.records(origin.source, origin.entity)));
  return soon(soon(lists, (recorded) => allSoon(recorded.flatMap((outcomes, place) => {
    const planned = origins[place];
    return planned === undefined ? [] : outcomes.map((outcome) => itemsOf(context, planned, outcome, subject, path));
  }))), (all) => {
    const known = all.filter((list) => list !== undefined);
    return known.length === 0 ? null : known.flat();
  });
}

/** The items that one record holds; undefined where it is not there. */
function itemsOf(context: OperationContext, planned: PlannedItems, outcome: RecordOutcome, subject: Subject, path: string): Soon<readonly unknown[] | undefined> {
  const { origin } = planned;
  if (outcome.kind === 'missing') return undefined;
  if (outcome.kind === 'failed') return [sourceFailure(outcome.error, context.caller.kind)];
  const { row, reader } = outcome;
  const below = (itemReader: Reader): Subject => rowSubject({
    row, source: origin.source, reader: itemReader, sourceInfo: context.sourceInfo, ids: context.ids, scope: subject.scope, trace: subject.trace,
  });
  if (origin.kind === 'gathered') {
    return soon(allSoon(planned.countedBy.map((one) => one.origin.read(reader))), (values) =>
      (values.some((value) => value !== undefined) ? allSoon([resolveFields(context, planned.type, planned.fields, below(reader), path)]) : []));
  }
  const [counted] = planned.countedBy.flatMap((one) => one.origin.paths);
  const items = counted === undefined ? undefined : readerOf(row)(counted);
  if (!Array.isArray(items)) return [];
  return allSoon(items.map((_, index) => resolveFields(context, planned.type, planned.fields, below(itemReaderOf(row, origin.path, index)), `${path}.${index}`)));
}
