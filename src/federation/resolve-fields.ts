import { unreachable, type SourceError } from '../errors.ts';
import { Malformed, type Reader, type ValueOrigin } from '../schema/model.ts';
import { anAnswer, put, sourceFailure, type Answer } from './answer.ts';
import { answerDenied, masked } from './answer-decided.ts';
import { answerOwn } from './own/answer-own.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned, PlannedItems } from './plan/plan.ts';
import { resolveRows } from './resolve-rows.ts';
import { itemReaderOf, readerOf } from './row-reader.ts';
import { allSoon, soon, type Soon } from '../soon.ts';
import { rowSubject, type RecordOutcome, type Subject } from './subject.ts';
import type { ProvenanceRule } from './trace.ts';

/** Resolves the planned fields of one object, all of them together, into an answer that has others already or a new one. `path` is where the object lies below its customer. */
export function resolveFields(
  context: OperationContext,
  type: string,
  planned: readonly Planned[],
  subject: Subject,
  path: string,
  answer = anAnswer(type),
): Soon<Answer> {
  let waiting: Promise<void>[] | undefined;
  // Where a value lies is told with where it came from, and by nothing else.
  const traced = subject.trace.came !== undefined;
  for (const one of planned) {
    const { name, responseKey } = one.field;
    const below = traced ? (path === '' ? name : `${path}.${name}`) : '';
    const value = resolveField(context, one, subject, below);
    if (value instanceof Promise) put(answer, responseKey, value, waiting ??= []);
    else answer[responseKey] = value;
  }
  return waiting === undefined ? answer : Promise.all(waiting).then(() => answer);
}

function resolveField(context: OperationContext, planned: Planned, subject: Subject, path: string): unknown {
  switch (planned.kind) {
    case 'denied':
      return answerDenied(context, planned, subject.trace);
    case 'open':
      throw new Error(`${planned.field.at} was left open`);
    case 'own':
      return soon(subject.own(planned.field), (data) => answerOwn(context, planned, data));
    case 'value': {
      const value = resolveValue(context, planned, subject, path);
      return value instanceof Promise ? value.then((come: unknown) => masked(context, planned, come)) : masked(context, planned, value);
    }
    case 'part': {
      const answer = resolveFields(context, planned.field.type, planned.fields, subject, path);
      return answer instanceof Promise ? answer.then((come) => partOf(planned, come)) : partOf(planned, answer);
    }
    case 'items':
      return resolveItems(context, planned.origins, subject, path);
    case 'rows':
      return resolveRows(context, planned, subject, (type, fields, below) => resolveFields(context, type, fields, below, ''));
    default:
      return unreachable(planned);
  }
}

/** Where nothing is selected but its type name, nothing was read that could say that it is not there. */
function partOf({ fields }: Extract<Planned, { kind: 'part' }>, answer: Answer): Answer | null {
  for (const { field } of fields) if (answer[field.responseKey] !== null) return answer;
  return fields.length > 0 ? null : answer;
}

type PlannedValue = Extract<Planned, { kind: 'value' }>;

/** How far the search for a value has come. */
interface Search {
  readonly place: number;
  readonly at: number;
  readonly failed: { readonly code: SourceError['code']; readonly source: string } | undefined;
  /** False once something that is preferred had no value. */
  readonly preferred: boolean;
  /** What had to be waited for at this very place. */
  readonly come?: { readonly value: unknown };
}

const start: Search = { place: 0, at: 0, failed: undefined, preferred: true };

/**
 * The first origin, in the declared order, that has a value. One that failed ends it with its error, unless it allows to
 * fall back on failure; whether another source agrees cannot be known then, so nothing is guessed. Where something has to be waited
 * for, the search goes on from there.
 */
function resolveValue(context: OperationContext, planned: PlannedValue, subject: Subject, path: string, search: Search = start): unknown {
  const { origins, mask } = planned;
  let { place, at, failed, preferred, come } = search;
  for (; place < origins.length; place += 1, at = 0) {
    const origin = origins[place] as ValueOrigin;
    const outcomes = subject.records(origin.source, origin.entity);
    if (outcomes instanceof Promise) {
      const soFar = { place, at, failed, preferred };
      return outcomes.then(() => resolveValue(context, planned, subject, path, soFar));
    }
    for (; at < outcomes.length; at += 1) {
      const outcome = outcomes[at] as RecordOutcome;
      if (outcome.kind === 'found') {
        const value = come === undefined ? origin.read(outcome.reader) : come.value;
        come = undefined;
        if (value instanceof Promise) {
          const soFar = { place, at, failed, preferred };
          return value.then((read: unknown) => resolveValue(context, planned, subject, path, { ...soFar, come: { value: read } }));
        }
        if (value instanceof Malformed) failed ??= { code: 'SOURCE_MALFORMED', source: origin.source };
        else if (value !== undefined) {
          const { row } = outcome;
          subject.trace.came?.({ path, origin, origins, value, masked: mask !== undefined, remoteId: row.key, fetchedAt: row.fetchedAt, stale: row.stale, rule: ruleOf(preferred, failed) });
          return value;
        }
      } else if (outcome.kind === 'failed') failed ??= outcome.error;
      preferred = false;
    }
    preferred = false;
    if (failed !== undefined && !origin.fallbackOnFailure) break;
  }
  return failed === undefined ? null : sourceFailure(failed, context.caller.kind);
}

function ruleOf(preferred: boolean, failed: Search['failed']): ProvenanceRule {
  if (preferred) return 'PREFERRED';
  return failed === undefined ? 'NEXT_IN_ORDER' : 'FALLBACK_ON_FAILURE';
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
  const below = (itemReader: Reader): Subject => rowSubject({ row, source: origin.source, reader: itemReader, context, above: subject });
  if (origin.kind === 'gathered') {
    return soon(allSoon(planned.countedBy.map((one) => one.origin.read(reader))), (values) =>
      (values.some((value) => value !== undefined) ? allSoon([resolveFields(context, planned.type, planned.fields, below(reader), path)]) : []));
  }
  const [counted] = planned.countedBy.flatMap((one) => one.origin.paths);
  const items = counted === undefined ? undefined : readerOf(row)(counted);
  if (!Array.isArray(items)) return [];
  return allSoon(items.map((_, index) => resolveFields(context, planned.type, planned.fields, below(itemReaderOf(row, origin.path, index)), `${path}.${index}`)));
}
