import type { SourceKey, SourceName } from '../ids.ts';
import type { KeysOutcome, ReadInPlace } from '../identity/identity.ts';
import type { LinkedCustomer } from '../store/links.ts';
import type { Answer } from './answer.ts';
import type { SettledPlan } from './plan/customer-plan.ts';
import { consentFields } from './plan/in-order.ts';
import type { Planned } from './plan/plan.ts';
import { describeConsents } from './own/describe-consents.ts';
import { describeIdentities, describeHistory } from './own/describe-identity.ts';
import { describeProvenance } from './own/describe-provenance.ts';
import type { OperationContext } from './operation-context.ts';
import type { Projection } from './plan/projection.ts';
import { resolveFields } from './resolve-fields.ts';
import { readerOf } from './row-reader.ts';
import { allSoon, soon, type Soon } from '../soon.ts';
import type { RecordOutcome, Subject } from './subject.ts';
import { answerOf, answerOfRead, openTrace, type Trace } from './trace.ts';

/**
 * Resolves one customer, at once where all that is needed is there. Every record that a value needs is read at most once, all of them at the same time. What
 * happened is added to `traces`.
 */
export function resolveCustomer(context: OperationContext, plan: SettledPlan, customer: LinkedCustomer, traces: Trace[]): Soon<Answer> {
  const { waiting, plain, after, provenance } = plan.inOrder;
  const trace = openTrace({ provenance });
  traces.push(trace);
  const { subject, load } = customerSubject(context, plan.projection, customer, trace);
  // What makes calls of its own begins beside the reads of her records, and what is read from these when they are there.
  const others = resolveFields(context, 'Customer', waiting, subject, '');
  return soon(allSoon<unknown>([others, load()]), () => soon(others, (answer) => {
    const resolved = resolveFields(context, 'Customer', plain, subject, '', answer);
    return after.length === 0 ? resolved : soon(resolved, () => addWhatFollows({ context, customer, trace, subject, after, answer }));
  }));
}

/** Adds the fields that tell how the others fared, and what the gateway itself keeps of her. */
async function addWhatFollows({ context, customer, trace, subject, after, answer }: {
  readonly context: OperationContext;
  readonly customer: LinkedCustomer;
  readonly trace: Trace;
  readonly subject: Subject;
  readonly after: readonly Planned[];
  readonly answer: Answer;
}): Promise<Answer> {
  const selects = (name: string): boolean => after.some((one) => one.field.name === name);
  // Provenance first: the alternatives that it asks for are answers that completeness tells of.
  const provenance = selects('provenance') ? await describeProvenance(context, trace, subject, after) : [];
  // Her links as they are now: this very query may have found some of them.
  const current = selects('identities') || selects('linkHistory') ? await asStored(context, customer) : customer;
  const consents = after.some((one) => consentFields.includes(one.field.at)) ? await describeConsents(context, customer, selects) : [];
  const own = new Map<string, unknown>([
    ...consents,
    ['provenance', provenance],
    ['completeness', completenessOf(context, trace)],
    ['identities', selects('identities') ? describeIdentities(context, current) : []],
    ['linkHistory', selects('linkHistory') ? await describeHistory(context, current) : []],
  ]);
  const told: Subject = { ...subject, own: ({ name }) => own.get(name) };
  return resolveFields(context, 'Customer', after, told, '', answer);
}

/** The records of one entity, as they are asked for or have come. */
interface Held {
  readonly source: SourceName;
  readonly entity: string;
  outcomes: Soon<readonly RecordOutcome[]>;
}

function customerSubject(
  context: OperationContext,
  projection: Projection,
  customer: LinkedCustomer,
  trace: Trace,
): { readonly subject: Subject; /** Reads what is preferred by some field. */ readonly load: () => Soon<unknown> } {
  // A customer has records in a few entities: they are found faster by looking through them than by a name that is made of two.
  const held: Held[] = [];
  const keys = new Map<SourceName, Soon<KeysOutcome>>();

  const keysOf = (source: SourceName): Soon<KeysOutcome> => {
    const known = keys.get(source);
    if (known !== undefined) return known;
    const outcome = soon(context.identity.keysOf(customer, source), (found) => {
      if (found.kind === 'notLinked') trace.answered(source, 'NOT_LINKED');
      if (found.kind === 'failed') trace.answered(source, answerOf(found.error.code));
      return found;
    });
    keys.set(source, outcome);
    return outcome;
  };

  const seen = (source: SourceName, result: ReadInPlace): RecordOutcome => {
    trace.answered(source, answerOfRead(result));
    if (result.kind === 'found') return { kind: 'found', row: result.row, reader: readerOf(result.row) };
    return result.kind === 'failed' ? result : { kind: 'missing' };
  };

  const readOne = (source: SourceName, entity: string, key: SourceKey): Soon<RecordOutcome> =>
    soon(context.reads.row(source, entity, key, projection.of(source, entity)), (result) =>
      (result.kind === 'moved' ? context.identity.follow(customer, source, key, result.row).then((settled) => seen(source, settled)) : seen(source, result)));

  const read = (source: SourceName, entity: string): Soon<readonly RecordOutcome[]> => soon(keysOf(source), (outcome): Soon<readonly RecordOutcome[]> => {
    if (outcome.kind === 'failed') return [outcome];
    return outcome.kind === 'notLinked' ? [] : allSoon(outcome.keys.map((key) => readOne(source, entity, key)));
  });

  const recordsOf = (source: SourceName, entity: string): Soon<readonly RecordOutcome[]> => {
    for (const one of held) if (one.entity === entity && one.source === source) return one.outcomes;
    const outcomes = read(source, entity);
    const one: Held = { source, entity, outcomes };
    held.push(one);
    if (outcomes instanceof Promise) one.outcomes = outcomes.then((come) => one.outcomes = come);
    return one.outcomes;
  };

  const subject: Subject = {
    records: recordsOf,
    keysOf,
    own(field) {
      switch (field.name) {
        case 'id': return context.ids.give('customer', customer.id);
        case 'dataUses': return context.uses.page(customer, field);
        default: return undefined;
      }
    },
    scope: [customer.id],
    trace,
  };
  return {
    subject,
    load: () => allSoon(projection.entities.flatMap(({ source, entity, preferred }) => (preferred ? [recordsOf(source, entity)] : []))),
  };
}

/** In the declared order, whichever answered first. */
function completenessOf(context: OperationContext, trace: Trace): readonly unknown[] {
  return [...context.capabilities.keys()].flatMap((source) => {
    const status = trace.sources.get(source);
    return status === undefined ? [] : [{ source: context.sourceInfo(source), status }];
  });
}

async function asStored(context: OperationContext, customer: LinkedCustomer): Promise<LinkedCustomer> {
  const stored = await context.identity.stored({ kind: 'id', value: customer.id });
  return stored.kind === 'customer' ? stored.customer : customer;
}
