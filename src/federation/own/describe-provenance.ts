import { Malformed } from '../../schema/model.ts';
import { recordsOf } from '../caller-ids.ts';
import type { OperationContext } from '../operation-context.ts';
import type { Planned } from '../plan/plan.ts';
import type { Subject } from '../subject.ts';
import type { Provenance, Trace } from '../trace.ts';

/** Where the selected values of a customer came from. The other sources are read only when their answers are selected. */
export async function describeProvenance(
  context: OperationContext,
  trace: Trace,
  subject: Subject,
  after: readonly Planned[],
): Promise<readonly unknown[]> {
  const wanted = after.some((one) => selects(one, 'alternatives'));
  const values = trace.provenance.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(values.map(async (one) => ({
    path: one.path,
    source: context.sourceInfo(one.origin.source),
    remoteId: context.ids.give(recordsOf(one.origin.source), one.remoteId),
    observedAt: new Date(one.fetchedAt).toISOString(),
    stale: one.stale,
    rule: one.rule,
    alternatives: wanted ? await alternativesOf(context, one, subject) : null,
  })));
}

async function alternativesOf(context: OperationContext, { origin, origins, value, masked, remoteId }: Provenance, subject: Subject): Promise<readonly unknown[]> {
  const others = await Promise.all(origins.map(async (other) => {
    const outcomes = await subject.records(other.source, other.entity);
    return Promise.all(outcomes.map(async (outcome) => {
      if (outcome.kind !== 'found' || (other === origin && outcome.row.key === remoteId)) return [];
      const theirs = await other.read(outcome.reader);
      if (theirs === undefined || theirs instanceof Malformed) return [];
      return [{
        source: context.sourceInfo(other.source),
        remoteId: context.ids.give(recordsOf(other.source), outcome.row.key),
        observedAt: new Date(outcome.row.fetchedAt).toISOString(),
        stale: outcome.row.stale,
        agrees: masked ? null : JSON.stringify(theirs) === JSON.stringify(value),
      }];
    }));
  }));
  return others.flat(2);
}

function selects(planned: Planned, name: string): boolean {
  return planned.kind === 'own' && [...planned.below.values()].flat().some((one) => one.field.name === name && one.kind === 'own');
}
