import { ClientError } from '../errors.ts';
import type { SourceName } from '../ids.ts';
import { linksOf, type LinkedCustomer } from '../store/links.ts';
import type { OperationContext } from './operation-context.ts';
import { firstReads, type FirstRead } from './plan/first-reads.ts';
import type { Planned } from './plan/plan.ts';
import type { PlannedRoot } from './plan/plan-roots.ts';
import type { Identified } from './roots/identified.ts';

type Counted = Map<SourceName, Map<string, { readonly read: FirstRead; readonly keys: Set<string> }>>;

/**
 * Throws where the reads that an operation certainly begins with are more calls than a source can answer in time. What would come of it is
 * known: errors in the place of most fields, after the source was kept from everybody else for as long as it is waited for.
 */
export function fitSources(context: OperationContext, roots: readonly PlannedRoot[], identified: readonly Identified[]): void {
  if (mayBeTooMany(context, roots, identified)) refuseTooMany(context, roots, identified);
}

/** Whether it might be as much, if every customer had keys everywhere: then they are counted one by one, which takes longer than the rest of it. */
function mayBeTooMany(context: OperationContext, roots: readonly PlannedRoot[], identified: readonly Identified[]): boolean {
  const most = new Map<SourceName, number>();
  for (const [index, root] of roots.entries()) {
    const alike = new Map<readonly Planned[], number>();
    if (readsAtOnce(root)) for (const { linked, fields } of identified[index]?.disclosures ?? []) alike.set(fields, (alike.get(fields) ?? 0) + linked.members.length);
    for (const [fields, keys] of alike) {
      for (const read of firstReads(fields, context.maxFirst)) most.set(read.source, (most.get(read.source) ?? 0) + Math.ceil(keys / batchOf(context, read)));
    }
  }
  return [...most].some(([source, calls]) => calls > allowedOf(context, source));
}

function readsAtOnce({ kind }: PlannedRoot): boolean {
  return kind === 'one' || kind === 'many' || kind === 'self' || kind === 'list';
}

function allowedOf({ bounds }: OperationContext, source: SourceName): number {
  return bounds.get(source)?.calls ?? Infinity;
}

function refuseTooMany(context: OperationContext, roots: readonly PlannedRoot[], identified: readonly Identified[]): void {
  const counted: Counted = new Map();
  for (const [index, root] of roots.entries()) {
    if (!readsAtOnce(root)) continue;
    for (const { linked, fields } of identified[index]?.disclosures ?? []) {
      for (const read of firstReads(fields, context.maxFirst)) if (!mayBeKnown(context, root, read)) count(counted, read, linked);
    }
  }
  for (const [source, reads] of counted) {
    const allowed = allowedOf(context, source);
    const calls = [...reads.values()].reduce((sum, { read, keys }) => sum + Math.ceil(keys.size / batchOf(context, read)), 0);
    if (calls > allowed) throw refusal(context, source, calls, allowed);
  }
}

/** What was kept, what a page of customers has told, and what was read to decide is not asked for again. */
function mayBeKnown({ bounds, lead, model, purpose }: OperationContext, { kind }: PlannedRoot, { source, entity, by }: FirstRead): boolean {
  if (bounds.get(source)?.kept.has(entity) === true) return true;
  if (by !== undefined) return false;
  return (kind === 'list' && source === lead.name && entity === lead.identity.entity) ||
    (model.consents.get(purpose) ?? []).some((origin) => origin.source === source && origin.entity === entity);
}

function count(counted: Counted, read: FirstRead, customer: LinkedCustomer): void {
  const links = linksOf(customer);
  if (!read.linked.every((source) => links.some(({ namespace }) => namespace === source))) return;
  const own = links.filter(({ namespace }) => namespace === read.source);
  const reads = counted.get(read.source) ?? new Map<string, { readonly read: FirstRead; readonly keys: Set<string> }>();
  counted.set(read.source, reads);
  const one = reads.get(read.name) ?? { read, keys: new Set() };
  reads.set(read.name, one);
  // Rows of a connection are read key by key, and only until the page is full.
  for (const { value } of read.by === undefined ? own : own.slice(0, 1)) one.keys.add(value);
}

function batchOf({ capabilities }: OperationContext, { source, entity, by }: FirstRead): number {
  const can = capabilities.get(source)?.get(entity);
  return (by === undefined ? can?.read?.batch : can?.find.get(by)?.batch) ?? 1;
}

/** A partner is told neither which systems there are nor how many of its customers they know. */
function refusal({ caller }: OperationContext, source: SourceName, got: number, allowed: number): ClientError {
  if (caller.kind === 'partner') {
    return new ClientError('COST_LIMIT_EXCEEDED', 'The operation takes more calls of one system than it answers in time; ask for fewer customers at once.', { limit: 'calls' });
  }
  return new ClientError(
    'COST_LIMIT_EXCEEDED', `The operation takes ${got} calls of ${source} at once, which answers ${allowed} in time; ask for fewer customers at once.`,
    { limit: 'calls', source, got, allowed },
  );
}
