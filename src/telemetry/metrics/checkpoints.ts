import type { Meter } from '@opentelemetry/api';
import type { CheckpointTargetKind, ObserveCheckpoint } from '../../audit/checkpoint-events.ts';

const targets = ['file', 'url'] as const satisfies readonly CheckpointTargetKind[];

/** Counts the checkpoints of the trail that were not taken, and tells when one last was, by the kind of the target: never its name or its address. */
export function checkpointMetrics(meter: Meter): ObserveCheckpoint {
  const failures = meter.createCounter('customer360.audit.checkpoint.failures', { description: 'Checkpoints of the trail that were not taken: what is written after the last one and cut off is not missed' });
  // So that the first failure is a growth.
  for (const target of targets) failures.add(0, { target });
  const takenAt = new Map<CheckpointTargetKind, number>();
  meter.createObservableGauge('customer360.audit.checkpoint.taken_at', { unit: 's', description: 'When a checkpoint of the trail was last taken, in Unix time; not told before the first' })
    .addCallback((told) => takenAt.forEach((at, target) => told.observe(at / 1000, { target })));
  return (target, result) => {
    if (result === 'failed') failures.add(1, { target });
    else takenAt.set(target, Date.now());
  };
}
