import type { Toxic, ToxicProxy } from './toxiproxy.ts';

/** A way in which a connection is bad. */
export interface Fault {
  readonly name: string;
  /** True where nothing at all comes through. */
  readonly total: boolean;
  readonly begin: (proxy: ToxicProxy) => Promise<void>;
}

const toxic = (name: string, ...toxics: readonly Toxic[]): Fault => ({ name, total: false, begin: (proxy) => proxy.add(toxics) });

/** All of them; `deadline` is how long the gateway waits, in milliseconds. */
export function faultsAround(deadline: number): readonly Fault[] {
  return [
    toxic('latency', { type: 'latency', attributes: { latency: Math.round(deadline / 3) } }),
    toxic('jitter', { type: 'latency', attributes: { latency: Math.round(deadline / 2), jitter: Math.round(deadline) } }),
    toxic('bandwidth', { type: 'bandwidth', attributes: { rate: 4 } }),
    toxic('slicer', { type: 'slicer', attributes: { average_size: 64, size_variation: 32, delay: 2000 } }),
    toxic('resets', { type: 'reset_peer', attributes: { timeout: 5 } }),
    toxic('cut off midway', { type: 'limit_data', attributes: { bytes: 700 } }),
    // Connections stay open and say nothing, as when a machine loses its power.
    { ...toxic('half-open', { type: 'timeout', attributes: { timeout: 0 } }), total: true },
    { name: 'down', total: true, begin: (proxy) => proxy.down() },
  ];
}
