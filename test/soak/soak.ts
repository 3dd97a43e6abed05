import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { residentMemory } from '../../bench/gateways/processor-time.ts';
import { startSoaked, type Patience, type Service, type StoreKind } from './company.ts';
import { faultsAround } from './faults.ts';
import { openHeap } from './heap.ts';
import { judge, type Trouble, type Verdict } from './judge.ts';
import { askAtRate, capacityOf, inTurns, openAsker, type Asked, type Asker } from './load.ts';
import { trendOf, type MemoryTrend, type Sample } from './memory.ts';
import { mixOf, type Sort } from './mix.ts';
import { overload, type Overload } from './overload.ts';
import { quantile } from './statistics.ts';

/** What a soak came to. Whatever is in a list of wrongs is one. */
export interface Soaked {
  readonly store: string;
  /** Answers a second. */
  readonly capacity: number;
  readonly rate: number;
  readonly verdicts: Readonly<Record<Verdict['kind'], number>>;
  /** Answers that lack something although no source and no store is bad. */
  readonly unexplained: number;
  readonly phases: readonly { readonly service: Service; readonly fault: string; /** Milliseconds until answers were whole again. */ readonly recovered: number }[];
  /** Of questions that do not touch the bad source: while it is bad, and while nothing is; milliseconds. */
  readonly untouched: { readonly p50: readonly [number, number]; readonly p99: readonly [number, number] };
  /** What JavaScript holds after a collection, and what the process takes. */
  readonly memory: { readonly live: MemoryTrend; readonly resident: MemoryTrend };
  /** Undefined where it was not tried. */
  readonly overload: Overload | undefined;
  readonly wrong: readonly string[];
}

export interface SoakOptions extends Patience {
  readonly seconds: number;
  readonly kind: StoreKind;
  /** What goes bad, one after the other. */
  readonly services: readonly Service[];
  /** How much of what can be answered is asked for. */
  readonly share: number;
  /** Seconds of the time before the faults; the overload behind them takes three times as long. */
  readonly measureFor: number;
  /** Whether three times as much as can be answered is asked for at the end. */
  readonly overloads: boolean;
  /** Whether it is judged, too, how much is answered and how soon: for a machine that does nothing else. */
  readonly strict: boolean;
  readonly tell: (line: string) => void;
}

/** Sources may be late under overload, as the gateway is itself; nothing else may be. */
const none: Trouble = { bad: new Set(), gone: new Set() };
/** No more of them are told. */
const enough = 10;
/** What a busy machine adds to any wait, and a machine of one's own to a recovery, in milliseconds. */
const slack = { busy: 10_000, own: 3000 };
/** How much of what can be answered has to be answered when three times as much is asked. */
const leastGoodput = 0.8;
/** How long somebody may wait for half of her refusals beside it, in milliseconds; at first all connect at once. */
const mostForRefusal = 500;
/** How much longer the slowest of what does not touch a bad source may take. */
const mostSlower = 1.5;
/** How many answers may lack something while no source is bad: on a busy machine some are late. */
const mostUnexplained = 0.01;

/** Runs the sample company's gateway under mixed questions, while one service after the other goes bad in every way, and then under three times as much as it can answer. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const { seconds, measureFor, strict, tell, deadline, openFor, maxAge, requestDeadline } = options;
  await using open = new AsyncDisposableStack();
  const soaked = open.adopt(await startSoaked(options, options.kind), (one) => one.stop());
  const { gateway } = soaked.company;
  const asker = open.adopt(openAsker(gateway.url, 512, requestDeadline + slack.busy), (one) => one.close());
  const mix = mixOf(soaked.company);
  const truths = await learn(asker, mix, requestDeadline);
  const capacity = await capacityOf(asker, inTurns(mix), { connections: 16, seconds: measureFor });
  const rate = options.share * capacity;
  tell(`${soaked.store}; capacity ${capacity.toFixed(0)} a second, asked ${rate.toFixed(0)}`);

  const wrong: string[] = [];
  const verdicts = { whole: 0, partial: 0, refused: 0, wrong: 0 };
  let unexplained = 0;
  const times = { calm: new Map<Service, number[]>(), bad: [] as number[], calmAll: [] as number[] };
  /** What is bad at the moment, since when, and what was until when. */
  let current: { readonly service: Service; readonly total: boolean; readonly since: number } | undefined;
  const lately = new Map<Service, number>();
  const afterwards = requestDeadline + openFor;
  const troubleAt = (from: number): Trouble => {
    const bad = new Set<Service>([...lately].filter(([, until]) => until + afterwards > from).map(([service]) => service));
    if (current !== undefined) bad.add(current.service);
    // Nothing was read after the fault began, and what was read before is older than it may be.
    const gone = current?.total === true && from - current.since > maxAge + deadline ? [current.service] : [];
    return { bad, gone: new Set(gone) };
  };
  const judged = ({ sort, reply }: Asked, trouble: Trouble): Verdict => {
    const verdict = judge(reply, truths.get(sort), trouble);
    verdicts[verdict.kind] += 1;
    if (verdict.kind === 'wrong' && wrong.length < enough) wrong.push(`${sort.name}: ${verdict.why}`);
    return verdict;
  };
  const stop = new AbortController();
  const next = inTurns(mix);
  const load = askAtRate({ ...asker, ask: async (sort) => {
    const [startedAt, before] = [performance.now(), current];
    const asked = await asker.ask(sort);
    // What began while all was well may meet the fault; what began in a fault may outlast it.
    const [early, late] = [troubleAt(startedAt), troubleAt(performance.now())];
    const bad = new Set([...early.bad, ...late.bad]);
    const { kind } = judged(asked, { bad, gone: new Set([...early.gone].filter((one) => late.gone.has(one))) });
    // Without Redis each process does by itself what several share: nobody gets less.
    if (kind !== 'whole' && [...bad].every((service) => service === 'redis')) unexplained += 1;
    if (before === current && before?.service !== 'store' && before?.service !== 'redis') {
      if (before === undefined && early.bad.size === 0) times.calmAll.push(asked.took);
      if (before !== undefined && !sort.touches.includes(before.service)) times.bad.push(asked.took);
      if (before === undefined && early.bad.size === 0) for (const service of ['crm', 'billing', 'support'] as const) if (!sort.touches.includes(service)) times.calm.set(service, [...times.calm.get(service) ?? [], asked.took]);
    }
    return asked;
  } }, next, rate, { signal: stop.signal, answered: () => undefined, failed: (error) => void (wrong.length < enough && wrong.push(`no answer: ${String(error)}`)) });

  const heap = open.adopt(await openHeap(gateway), (one) => one.close());
  const samples = { live: [] as Sample[], resident: [] as Sample[] };
  const watching = watchMemory();
  // A collection holds everybody up for a moment, so there are not many.
  async function watchMemory(): Promise<void> {
    for (const every = Math.max(2000, seconds * 1000 / 90); !stop.signal.aborted; await pause(every)) {
      if (gateway.pid === undefined || !isAlive(gateway.pid)) return;
      samples.resident.push({ at: performance.now(), bytes: residentMemory(gateway.pid) });
      samples.live.push({ at: performance.now(), bytes: await heap.live() });
    }
  }
  const phases: Soaked['phases'][number][] = [];
  const plan = [...soaked.proxies].filter(([service]) => options.services.includes(service)).flatMap(([service, proxy]) => faultsAround(deadline).map((fault) => ({ service, proxy, fault })));
  // Others next to each other: a service has time to be well again.
  const order = plan.toSorted((one, other) => plan.indexOf(one) % 8 - plan.indexOf(other) % 8);
  const length = seconds * 1000 / order.length;
  try {
    for (const { service, proxy, fault } of order) {
      await pause(length * 0.4);
      current = { service, total: fault.total, since: performance.now() };
      await fault.begin(proxy);
      await pause(length * 0.6);
      await proxy.reset();
      lately.set(service, performance.now());
      current = undefined;
      const touched = mix.filter(({ touches }) => service === 'store' || service === 'redis' || touches.includes(service));
      const recovered = await recovery(asker, touched, truths, openFor + requestDeadline + (strict ? slack.own : slack.busy));
      lately.set(service, performance.now());
      if (typeof recovered === 'string') wrong.push(`${service} is not whole again after ${fault.name}: ${recovered}`);
      phases.push({ service, fault: fault.name, recovered: typeof recovered === 'string' ? Infinity : recovered });
      tell(`${service} ${fault.name}: ${typeof recovered === 'string' ? `NOT whole again: ${recovered}` : `whole again after ${String(Math.round(recovered))} ms`}`);
    }
  } finally {
    stop.abort();
    await Promise.all([load, watching]);
  }
  await pause(afterwards);
  const over = !options.overloads ? undefined : await overload(asker, mix, { url: gateway.url, patience: requestDeadline + slack.busy, capacity, factor: 3, seconds: 3 * measureFor, judged: (asked) => judged(asked, none) });
  if (gateway.pid === undefined || !isAlive(gateway.pid)) wrong.push('the gateway has ended');
  wrong.push(...gateway.log().split('\n').filter((line) => /unhandled|uncaught/i.test(line)).slice(0, enough));
  const memory = { live: trendOf(samples.live), resident: trendOf(samples.resident) };
  if (memory.live.grows) wrong.push(`what JavaScript holds grows from ${memory.live.from.toFixed(0)} to ${memory.live.to.toFixed(0)} MB`);
  if (strict && unexplained > mostUnexplained * (verdicts.whole + verdicts.partial)) wrong.push(`${unexplained} answers lack something while nothing is bad that they need`);
  if (strict && over !== undefined && over.ratio < leastGoodput) wrong.push(`under overload ${(100 * over.ratio).toFixed(0)} % of capacity are answered`);
  if (strict && over !== undefined && over.beside.refused.p50 > mostForRefusal) wrong.push(`under overload a refusal takes ${over.beside.refused.p50.toFixed(0)} ms`);
  const both = (part: number): readonly [number, number] => [quantile(times.bad, part), quantile([...times.calm.values()].flat(), part)];
  const untouched = { p50: both(0.5), p99: both(0.99) };
  if (strict && untouched.p99[0] > mostSlower * untouched.p99[1]) wrong.push(`what does not touch the bad source takes ${untouched.p99[0].toFixed(0)} instead of ${untouched.p99[1].toFixed(0)} ms`);
  return { store: soaked.store, capacity, rate, verdicts, unexplained, phases, untouched, memory, overload: over, wrong };
}

/** Asks everything until it is answered whole, twice alike: that is the truth, since what the systems hold does not change. */
async function learn(asker: Asker, mix: readonly Sort[], patience: number): Promise<ReadonlyMap<Sort, unknown>> {
  const truths = new Map<Sort, unknown>();
  for (const sort of mix) {
    let last = '';
    for (const giveUp = performance.now() + patience + 3 * slack.busy; ;) {
      const { reply: { status, text } } = await asker.ask(sort);
      if (status === 200 && text === last && !text.includes('"SOURCE_')) break;
      if (performance.now() > giveUp) throw new Error(`${sort.name} is not answered whole: ${text.slice(0, 500)}`);
      last = text;
    }
    truths.set(sort, (JSON.parse(last) as { readonly data: unknown }).data);
  }
  return truths;
}

/** Milliseconds until each of the questions was answered whole; what was answered instead where one was not within `limit`. */
async function recovery(asker: Asker, mix: readonly Sort[], truths: ReadonlyMap<Sort, unknown>, limit: number): Promise<number | string> {
  const start = performance.now();
  for (const sort of new Map(mix.map((one) => [one.name, one])).values()) {
    for (;;) {
      const { reply } = await asker.ask(sort);
      if (judge(reply, truths.get(sort), { bad: new Set(['crm', 'billing', 'support', 'redis', 'store']), gone: new Set() }).kind === 'whole') break;
      if (performance.now() - start > limit) return `${sort.name}: status ${reply.status}: ${reply.text.slice(0, 300)}`;
      await pause(50);
    }
  }
  return performance.now() - start;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
