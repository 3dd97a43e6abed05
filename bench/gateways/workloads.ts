/** What is asked of every contestant. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** How many customers one request names. */
  readonly customers: number;
  readonly sources: 'all' | 'crm';
  /** How many requests are under way at once. */
  readonly connections: number;
  /** Milliseconds that sources keep each answer back. */
  readonly latency: number;
  /** The main figure of a turn. */
  readonly figure: 'processorTime' | 'p50';
}

/** One customer as all sources know her. */
export const one: Workload = { name: 'one', title: 'one customer, three sources', customers: 1, sources: 'all', connections: 32, latency: 0, figure: 'processorTime' };
/** Many customers in one request. */
export const list: Workload = { ...one, name: 'list', title: 'list of 50, three sources', customers: 50 };
/** One customer as a single source knows her. */
export const crm: Workload = { ...one, name: 'crm', title: 'one customer, CRM only', sources: 'crm' };
const latency: Workload = { ...one, name: 'latency', title: 'p50 with 10 ms sources, one connection', connections: 1, latency: 10, figure: 'p50' };

/** The workloads, by the names that `--workload` takes. */
export const workloads: readonly Workload[] = [one, list, crm, latency];
