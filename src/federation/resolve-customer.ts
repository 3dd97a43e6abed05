import type { Row } from '../connectors/connector.ts';
import type { SourceName } from '../ids.ts';
import type { KeyOutcome } from '../identity/identity.ts';
import { movedAsFailure, type ReadInPlace } from '../identity/moved-as-failure.ts';
import type { LinkedCustomer } from '../store/links.ts';
import type { Answer } from './answer.ts';
import { describeProvenance } from './describe-provenance.ts';
import type { OperationContext } from './operation-context.ts';
import type { Planned } from './plan.ts';
import { entityKey, projectionOf, type Projection } from './projection.ts';
import { resolveFields } from './resolve-fields.ts';
import { readerOf, type RecordOutcome, type Subject } from './subject.ts';
import { answerOf, answerOfRead, openTrace, type Trace } from './trace.ts';

/** The plan of one selection of `Customer`, the same for every customer that it is resolved for. */
export interface CustomerPlan {
  readonly fields: readonly Planned[];
  readonly projection: Projection;
}

/** The planned fields, with what has to be asked of each entity for them. */
export function customerPlan(fields: readonly Planned[]): CustomerPlan {
  return { fields, projection: projectionOf(fields) };
}

/** Fields that tell how the others fared, and so come after them. */
const afterwards: ReadonlySet<string> = new Set(['Customer.completeness', 'Customer.provenance', 'Customer.identities']);

/**
 * Resolves one customer. Every record that a value needs is read at most once, all of them at the same time; `known` are
 * rows that were read already, such as those of a listing.
 */
export async function resolveCustomer(
  context: OperationContext,
  plan: CustomerPlan,
  customer: LinkedCustomer,
  known: ReadonlyMap<string, Row> = new Map(),
): Promise<{ readonly answer: Answer; readonly trace: Trace }> {
  const trace = openTrace();
  const subject = customerSubject(context, plan.projection, customer, trace, known);
  const [first, after] = [plan.fields.filter((one) => !afterwards.has(one.field.at)), plan.fields.filter((one) => afterwards.has(one.field.at))];
  const answer = await resolveFields(context, 'Customer', first, subject, '');
  if (after.length === 0) return { answer, trace };
  const selects = (name: string): boolean => after.some((one) => one.field.name === name);
  // Provenance first: the alternatives that it asks for are answers that completeness tells of.
  const own = new Map<string, unknown>([
    ['provenance', selects('provenance') ? await describeProvenance(context, trace, subject, after) : []],
    ['completeness', completenessOf(context, trace)],
    ['identities', selects('identities') ? identitiesOf(context, await asStored(context, customer)) : []],
  ]);
  const told: Subject = { ...subject, own: (field) => own.get(field) };
  return { answer: Object.assign(answer, await resolveFields(context, 'Customer', after, told, '')), trace };
}

function customerSubject(
  context: OperationContext,
  projection: Projection,
  customer: LinkedCustomer,
  trace: Trace,
  known: ReadonlyMap<string, Row>,
): Subject {
  const records = new Map<string, Promise<RecordOutcome>>();
  const keys = new Map<SourceName, Promise<KeyOutcome>>();

  const keyOf = (source: SourceName): Promise<KeyOutcome> => {
    const outcome = keys.get(source) ?? context.identity.keyOf(customer, source).then((found) => {
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

  const read = async (source: SourceName, entity: string): Promise<RecordOutcome> => {
    const row = known.get(entityKey(source, entity));
    if (row !== undefined) return seen(source, { kind: 'found', row });
    const key = await keyOf(source);
    if (key.kind === 'failed') return key;
    if (key.kind === 'notLinked') return { kind: 'missing' };
    const result = await context.reads.row(source, entity, key.key, projection.of(source, entity));
    return seen(source, movedAsFailure(source, result));
  };

  return {
    record(source, entity) {
      const name = entityKey(source, entity);
      const outcome = records.get(name) ?? read(source, entity);
      records.set(name, outcome);
      return outcome;
    },
    keyOf,
    own: (field) => (field === 'id' ? customer.id : undefined),
    scope: [customer.id],
    trace,
  };
}

/** In the declared order, whichever answered first. */
function completenessOf(context: OperationContext, trace: Trace): readonly unknown[] {
  return [...context.capabilities.keys()].flatMap((source) => {
    const status = trace.sources.get(source);
    return status === undefined ? [] : [{ source: context.sourceInfo(source), status }];
  });
}

/** Her links as they are now: this very query may have found some of them. */
async function asStored(context: OperationContext, customer: LinkedCustomer): Promise<LinkedCustomer> {
  const stored = await context.identity.stored({ kind: 'id', value: customer.id });
  return stored.kind === 'customer' ? stored.customer : customer;
}

function identitiesOf(context: OperationContext, customer: LinkedCustomer): readonly unknown[] {
  return customer.links.map((link) => ({
    namespace: link.namespace,
    value: link.value,
    source: context.capabilities.has(link.namespace as SourceName) ? context.sourceInfo(link.namespace as SourceName) : null,
    firstSeenAt: new Date(link.firstSeenAt).toISOString(),
    lastSeenAt: new Date(link.lastSeenAt).toISOString(),
    verified: link.verified,
    linkMethod: link.method,
    confidence: 1,
  }));
}
