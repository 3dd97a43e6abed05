import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { gatewayFile } from '../../src/config/gateway-file.ts';
import { telemetryShape } from '../../src/telemetry/settings.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'ops/kubernetes');
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- manifests have many shapes
const manifest = (name: string): any => parse(readFileSync(join(folder, name), 'utf8'));

describe('the manifests for Kubernetes', () => {
  const { spec: { template: { spec: pod } } } = manifest('deployment.yaml');
  const [container] = pod.containers;

  test('are all listed', () => {
    const files = globSync('*.yaml', { cwd: folder }).filter((file) => file !== 'kustomization.yaml').sort();
    expect([...manifest('kustomization.yaml').resources].sort()).toEqual(files);
  });

  test('name the ports that are the default, and the places that tell of health', () => {
    const { port } = gatewayFile.shape.server.parse({});
    const { metrics } = telemetryShape.parse({ metrics: {} });
    expect(container.ports.map(({ containerPort }: { containerPort: number }) => containerPort)).toEqual([port, metrics?.port]);
    expect([container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual(['/health/live', '/health/ready']);
  });

  test('leave a process as long to end as it takes', () => {
    const { drain } = gatewayFile.shape.server.parse({});
    const stopDelay = 5;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(Number(container.lifecycle.preStop.sleep.seconds) + stopDelay + drain / 1000);
  });

  test('give it no rights, and nothing to write to', () => {
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
    expect(container.volumeMounts.every(({ readOnly, subPath }: { readOnly: boolean; subPath?: string }) => readOnly && subPath === undefined)).toBe(true);
  });

  test('mount each file of the sample deployment where it belongs', () => {
    const items: readonly { readonly key: string; readonly path: string }[] = pod.volumes[0].configMap.items;
    const files = globSync('config/**/*.{yaml,cedar}', { cwd: root }).map((file) => relative('config', file));
    expect(items.map(({ path }) => path).sort()).toEqual(files.sort());
    expect(items.every(({ key, path }) => key === path.replaceAll('/', '.'))).toBe(true);
  });

  const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
  (hasKubectl ? test : test.skip)('are put together by kustomize (needs kubectl)', () => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('image: registry.example/customer360-gateway:');
  });
});
