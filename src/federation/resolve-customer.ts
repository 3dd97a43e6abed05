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
import type { SelectedField } from '../selection/select.ts';
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
  const subject = new CustomerSubject(context, plan.projection, customer, trace);
  // What makes calls of its own begins beside the reads of her records, and what is read from these when they are there.
  const others = resolveFields(context, 'Customer', waiting, subject, '');
  return soon(allSoon<unknown>([others, subject.load()]), () => soon(others, (answer) => {
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
  const told: Subject = {
    trace, scope: subject.scope, records: (source, entity) => subject.records(source, entity), keysOf: (source) => subject.keysOf(source), own: ({ name }) => own.get(name),
  };
  return resolveFields(context, 'Customer', after, told, '', answer);
}

/** The records of one entity, as they are asked for or have come. */
interface Held {
  readonly source: SourceName;
  readonly entity: string;
  outcomes: Soon<readonly RecordOutcome[]>;
}

/** The keys of a customer in one source, as they are asked for or have come. */
interface Known {
  readonly source: SourceName;
  readonly outcome: Soon<KeysOutcome>;
}

/**
 * A customer with her records. A class, since there is one for each customer of a list: closures would be several objects more. She has records in a few
 * entities: they are found faster by looking through them than by a name that is made of two.
 */
class CustomerSubject implements Subject {
  readonly trace: Trace;
  readonly #context: OperationContext;
  readonly #projection: Projection;
  readonly #customer: LinkedCustomer;
  readonly #held: Held[] = [];
  readonly #keys: Known[] = [];

  constructor(context: OperationContext, projection: Projection, customer: LinkedCustomer, trace: Trace) {
    this.#context = context;
    this.#projection = projection;
    this.#customer = customer;
    this.trace = trace;
  }

  get scope(): readonly string[] {
    return [this.#customer.id];
  }

  records(source: SourceName, entity: string): Soon<readonly RecordOutcome[]> {
    for (const one of this.#held) if (one.entity === entity && one.source === source) return one.outcomes;
    const outcomes = this.#read(source, entity);
    const one: Held = { source, entity, outcomes };
    this.#held.push(one);
    if (outcomes instanceof Promise) one.outcomes = outcomes.then((come) => one.outcomes = come);
    return one.outcomes;
  }

  keysOf(source: SourceName): Soon<KeysOutcome> {
    for (const one of this.#keys) if (one.source === source) return one.outcome;
    const outcome = soon(this.#context.identity.keysOf(this.#customer, source), (found) => {
      if (found.kind === 'notLinked') this.trace.answered(source, 'NOT_LINKED');
      if (found.kind === 'failed') this.trace.answered(source, answerOf(found.error.code));
      return found;
    });
    this.#keys.push({ source, outcome });
    return outcome;
  }

  own(field: SelectedField): unknown {
    switch (field.name) {
      case 'id': return this.#context.ids.give('customer', this.#customer.id);
      case 'dataUses': return this.#context.uses.page(this.#customer, field);
      default: return undefined;
    }
  }

  /** Reads what is preferred by some field; undefined where all of it is there. */
  load(): Promise<unknown> | undefined {
    let waiting: Promise<unknown>[] | undefined;
    for (const { source, entity, preferred } of this.#projection.entities) {
      const outcomes = preferred ? this.records(source, entity) : undefined;
      if (outcomes instanceof Promise) (waiting ??= []).push(outcomes);
    }
    return waiting === undefined ? undefined : Promise.all(waiting);
  }

  #read(source: SourceName, entity: string): Soon<readonly RecordOutcome[]> {
    return soon(this.keysOf(source), (outcome): Soon<readonly RecordOutcome[]> => {
      if (outcome.kind === 'failed') return [outcome];
      return outcome.kind === 'notLinked' ? [] : allSoon(outcome.keys.map((key) => this.#readOne(source, entity, key)));
    });
  }

  #readOne(source: SourceName, entity: string, key: SourceKey): Soon<RecordOutcome> {
    return soon(this.#context.reads.row(source, entity, key, this.#projection.of(source, entity)), (result) => (result.kind === 'moved'
      ? this.#context.identity.follow(this.#customer, source, key, result.row).then((settled) => this.#seen(source, settled)) : this.#seen(source, result)));
  }

  #seen(source: SourceName, result: ReadInPlace): RecordOutcome {
    this.trace.answered(source, answerOfRead(result));
    if (result.kind === 'found') return { kind: 'found', row: result.row, reader: readerOf(result.row) };
    return result.kind === 'failed' ? result : { kind: 'missing' };
  }
}

/** In the declared order, whichever answered first. */
function completenessOf(context: OperationContext, trace: Trace): readonly unknown[] {
  return [...context.capabilities.keys()].flatMap((source) => {
    const status = trace.sources.find((one) => one.source === source)?.answer;
    return status === undefined ? [] : [{ source: context.sourceInfo(source), status }];
  });
}

async function asStored(context: OperationContext, customer: LinkedCustomer): Promise<LinkedCustomer> {
  const stored = await context.identity.stored({ kind: 'id', value: customer.id });
  return stored.kind === 'customer' ? stored.customer : customer;
}
