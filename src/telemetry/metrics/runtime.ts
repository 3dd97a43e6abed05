import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { readdir } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import type { Meter } from '@opentelemetry/api';

/** Milliseconds between two looks at the event loop; Node counts them as delay. */
const resolution = 10;

/** Tells how the process is doing. `close` ends the timer behind it. */
export function runtimeMetrics(meter: Meter): { readonly close: () => void } {
  const gauge = (name: string, unit: string, description: string) => meter.createObservableGauge(name, { unit, description });
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const delays = {
    mean: gauge('nodejs.eventloop.delay.mean', 's', 'Event loop delay since it was read last'),
    p50: gauge('nodejs.eventloop.delay.p50', 's', 'Event loop delay since it was read last'),
    p99: gauge('nodejs.eventloop.delay.p99', 's', 'Event loop delay since it was read last'),
    max: gauge('nodejs.eventloop.delay.max', 's', 'Event loop delay since it was read last'),
  };
  const utilization = gauge('nodejs.eventloop.utilization', '1', 'Part of the time in which the event loop was busy since it was read last');
  let busy = performance.eventLoopUtilization();
  meter.addBatchObservableCallback((told) => {
    const tell = (instrument: (typeof delays)['mean'], nanoseconds: number): void => told.observe(instrument, Number.isNaN(nanoseconds) ? 0 : Math.max(0, nanoseconds / 1e9 - resolution / 1000));
    tell(delays.mean, delay.mean);
    tell(delays.p50, delay.percentile(50));
    tell(delays.p99, delay.percentile(99));
    tell(delays.max, delay.max);
    delay.reset();
    const now = performance.eventLoopUtilization();
    told.observe(utilization, performance.eventLoopUtilization(now, busy).utilization);
    busy = now;
  }, [...Object.values(delays), utilization]);

  const heap = gauge('v8js.memory.heap.used', 'By', 'Heap in use');
  const heapLimit = gauge('v8js.memory.heap.limit', 'By', 'The most heap that may be in use');
  const memory = gauge('process.memory.usage', 'By', 'Physical memory in use');
  meter.addBatchObservableCallback((told) => {
    const { rss, heapUsed } = process.memoryUsage();
    told.observe(memory, rss);
    told.observe(heap, heapUsed);
    told.observe(heapLimit, getHeapStatistics().heap_size_limit);
  }, [heap, heapLimit, memory]);

  meter.createObservableCounter('process.cpu.time', { unit: 's', description: 'Processor time' }).addCallback((told) => {
    const { user, system } = process.cpuUsage();
    told.observe(user / 1e6, { 'cpu.mode': 'user' });
    told.observe(system / 1e6, { 'cpu.mode': 'system' });
  });
  gauge('process.uptime', 's', 'Time since the process began').addCallback((told) => told.observe(process.uptime()));
  gauge('process.open_file_descriptor.count', '{file_descriptor}', 'Open file descriptors').addCallback(async (told) => {
    // Linux alone tells.
    const open = await readdir('/proc/self/fd').catch(() => undefined);
    if (open !== undefined) told.observe(open.length);
  });
  return { close: () => void delay.disable() };
}
