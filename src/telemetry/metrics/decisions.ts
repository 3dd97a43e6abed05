import type { Attributes, Meter } from '@opentelemetry/api';
import { decisionsOfPlan, decisionsOfRoots, plansIn, type FieldDecision } from '../../federation/plan/decisions.ts';
import type { Planned } from '../../federation/plan/plan.ts';
import type { Decided } from '../../operation/notes.ts';

/** Plans that are counted as such before they are taken apart. */
const mostPlans = 1000;
/** Series; all beyond are counted as one. There are as many as policies decide differently on fields. */
const mostSeries = 4000;

/**
 * Counts decisions by field, policy and reason. A plan that was settled on for a customer holds many of them and is met again and again:
 * it is counted as a whole, and taken apart when somebody looks. So a request costs one addition for each of its plans, however many its fields.
 */
export function decisionMetrics(meter: Meter): (decided: readonly Decided[]) => void {
  const plans = new Map<readonly Planned[], number>();
  const series = new Map<string, { count: number; readonly attributes: Attributes }>();
  let refused = 0;

  const add = ({ field, decision, policies, reason }: FieldDecision, count: number): void => {
    const attributes = { field, decision, policy: policies.join(' '), reason: reason ?? '' };
    const key = JSON.stringify(attributes);
    const known = series.get(key);
    if (known !== undefined) known.count += count;
    else if (series.size < mostSeries) series.set(key, { count, attributes });
    else add(beyond, count);
  };
  const beyond: FieldDecision = { field: 'other', decision: 'deny', policies: [], reason: undefined };
  series.set(JSON.stringify({ field: 'other', decision: 'deny', policy: '', reason: '' }), { count: 0, attributes: { field: 'other', decision: 'deny', policy: '', reason: '' } });
  const takeApart = (): void => {
    for (const [plan, count] of plans) for (const one of decisionsOfPlan(plan)) add(one, count);
    plans.clear();
  };

  meter.createObservableCounter('customer360.authorization.decisions', { description: 'Decisions on fields of customers, by policy and reason' })
    .addCallback((told) => {
      takeApart();
      for (const { count, attributes } of series.values()) if (count > 0) told.observe(count, attributes);
    });
  meter.createObservableCounter('customer360.authorization.refused_customers', { description: 'Customers who were named or met and may not be seen' })
    .addCallback((told) => told.observe(refused));

  return (decided) => {
    for (const { roots, disclosed } of decided) {
      for (const one of decisionsOfRoots(roots)) add(one, 1);
      for (const [plan, count] of plansIn(disclosed)) plans.set(plan, (plans.get(plan) ?? 0) + count);
      refused += disclosed.refused.length;
    }
    if (plans.size > mostPlans) takeApart();
  };
}
