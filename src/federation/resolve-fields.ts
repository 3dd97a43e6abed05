import { unreachable, type SourceError } from '../errors.ts';
import { Malformed, type Reader } from '../schema/model.ts';
import { anAnswer, sourceFailure, type Answer } from './answer.ts';
import { answerDenied, masked } from './answer-decided.ts';
import { answerOwn } from './own/answer-own.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned, PlannedItems } from './plan/plan.ts';
import { resolveRows } from './resolve-rows.ts';
import { itemReaderOf, readerOf } from './row-reader.ts';
import { rowSubject, type Subject } from './subject.ts';
import type { ProvenanceRule } from './trace.ts';

/** Resolves the planned fields of one object, all at once. `path` is where the object lies below its customer. */
export async function resolveFields(
  context: OperationContext,
  type: string,
  planned: readonly Planned[],
  subject: Subject,
  path: string,
): Promise<Answer> {
  const answer = anAnswer(type);
  await Promise.all(planned.map(async (one) => {
    answer[one.field.responseKey] = await resolveField(context, one, subject, path === '' ? one.field.name : `${path}.${one.field.name}`);
  }));
  return answer;
}

async function resolveField(context: OperationContext, planned: Planned, subject: Subject, path: string): Promise<unknown> {
  switch (planned.kind) {
    case 'denied':
      return answerDenied(context, planned, subject.trace);
    case 'open':
      throw new Error(`${planned.field.at} was left open`);
    case 'own':
      return answerOwn(context, planned, await subject.own(planned.field));
    case 'value':
      return masked(context, planned, await resolveValue(context, planned, subject, path));
    case 'part': {
      const answer = await resolveFields(context, planned.field.type, planned.fields, subject, path);
      // Where nothing is selected but its type name, nothing was read that could say that it is not there.
      return planned.fields.length > 0 && Object.values(answer).every((value) => value === null) ? null : answer;
    }
    case 'items':
      return resolveItems(context, planned.origins, subject, path);
    case 'rows':
      return resolveRows(context, planned, subject, (type, fields, below) => resolveFields(context, type, fields, below, ''));
    default:
      return unreachable(planned);
  }
}

type PlannedValue = Extract<Planned, { kind: 'value' }>;

/**
 * The first origin, in the declared order, that has a value. One that failed ends it with its error, unless it allows to
 * fall back on failure; whether another source agrees cannot be known then, so nothing is guessed.
 */
async function resolveValue(context: OperationContext, { origins, mask }: PlannedValue, subject: Subject, path: string): Promise<unknown> {
  let failed: { readonly code: SourceError['code']; readonly source: string } | undefined;
  let preferred = true;
  for (const origin of origins) {
    for (const outcome of await subject.records(origin.source, origin.entity)) {
      const value = outcome.kind === 'found' ? await origin.read(outcome.reader) : undefined;
      if (outcome.kind === 'found' && value !== undefined && !(value instanceof Malformed)) {
        const rule: ProvenanceRule = preferred ? 'PREFERRED' : failed === undefined ? 'NEXT_IN_ORDER' : 'FALLBACK_ON_FAILURE';
        subject.trace.came({ path, origin, origins, value, masked: mask !== undefined, remoteId: outcome.row.key, fetchedAt: outcome.row.fetchedAt, rule });
        return value;
      }
      preferred = false;
      if (outcome.kind === 'failed') failed ??= outcome.error;
      else if (value instanceof Malformed) failed ??= { code: 'SOURCE_MALFORMED', source: origin.source };
    }
    preferred = false;
    if (failed !== undefined && !origin.fallbackOnFailure) break;
  }
  return failed === undefined ? null : sourceFailure(failed, context.caller.kind);
}

/** The items of all origins, one list. An origin that failed leaves one null with its error, and the others' items beside it. */
async function resolveItems(context: OperationContext, origins: readonly PlannedItems[], subject: Subject, path: string): Promise<unknown> {
  const recorded = await Promise.all(origins.map(async (planned) => {
    const outcomes = await subject.records(planned.origin.source, planned.origin.entity);
    return outcomes.map((outcome) => ({ planned, outcome }));
  }));
  const lists = await Promise.all(recorded.flat().map(async ({ planned, outcome }) => {
    const { origin } = planned;
    if (outcome.kind === 'missing') return undefined;
    if (outcome.kind === 'failed') return [sourceFailure(outcome.error, context.caller.kind)];
    const { row, reader } = outcome;
    const below = (itemReader: Reader): Subject => rowSubject({
      row, source: origin.source, reader: itemReader, sourceInfo: context.sourceInfo, ids: context.ids, scope: subject.scope, trace: subject.trace,
    });
    if (origin.kind === 'gathered') {
      const there = (await Promise.all(planned.countedBy.map((one) => one.origin.read(reader)))).some((value) => value !== undefined);
      return there ? [await resolveFields(context, planned.type, planned.fields, below(reader), path)] : [];
    }
    const [counted] = planned.countedBy.flatMap((one) => one.origin.paths);
    const items = counted === undefined ? undefined : readerOf(row)(counted);
    if (!Array.isArray(items)) return [];
    return Promise.all(items.map((_, index) => resolveFields(context, planned.type, planned.fields, below(itemReaderOf(row, origin.path, index)), `${path}.${index}`)));
  }));
  const known = lists.filter((list) => list !== undefined);
  return known.length === 0 ? null : known.flat();
}
