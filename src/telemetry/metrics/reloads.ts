import type { Meter } from '@opentelemetry/api';

/** What of the deployment that answers is told. */
export interface DeploymentFacts {
  readonly policyVersion: string;
  /** Of the certificate that is shown, in milliseconds since the epoch; undefined where there is none. */
  readonly certificateExpiresAt: number | undefined;
}

/** Counts the attempts to go on with another deployment, and tells which one answers, and since when. */
export function reloadMetrics(meter: Meter, facts: () => DeploymentFacts | undefined): (result: 'ok' | 'refused') => void {
  const reloads = meter.createCounter('customer360.reloads', { description: 'Attempts to go on with another deployment, by result' });
  for (const result of ['ok', 'refused']) reloads.add(0, { result });
  let since = Date.now();
  let refused = false;
  meter.createObservableGauge('customer360.deployment.loaded_at', { unit: 's', description: 'When the deployment that answers was loaded, in Unix time' })
    .addCallback((told) => told.observe(since / 1000));
  meter.createObservableGauge('customer360.deployment.stale', { description: '1 where the last attempt was refused: the files are not what answers' })
    .addCallback((told) => told.observe(refused ? 1 : 0));
  meter.createObservableGauge('customer360.deployment.info', { description: '1, with the version of the policies by which is decided' })
    .addCallback((told) => {
      const now = facts();
      if (now !== undefined) told.observe(1, { policy_version: now.policyVersion });
    });
  meter.createObservableGauge('customer360.tls.certificate.expires_at', { unit: 's', description: 'When the certificate that is shown ends, in Unix time' })
    .addCallback((told) => {
      const at = facts()?.certificateExpiresAt;
      if (at !== undefined) told.observe(at / 1000);
    });
  return (result) => {
    reloads.add(1, { result });
    refused = result === 'refused';
    if (!refused) since = Date.now();
  };
}
