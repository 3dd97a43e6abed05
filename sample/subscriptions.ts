import { addMonths, billingDay, day } from './calendar.ts';
import { thingId } from './ids.ts';
import type { Person } from './people.ts';
import { drawFor } from './random.ts';

/** What one customer has subscribed to, whatever the day. Amounts are in minor units of the account's currency. */
export interface Subscription {
  readonly id: string;
  readonly plan: string;
  readonly unitAmount: number;
  readonly startAt: number;
  /** When it ended or will end; undefined while it goes on. */
  readonly endAt: number | undefined;
  readonly paused: boolean;
}

/** An account's way of being billed: every `months` months from `startAt` on. */
export interface BillingPlan {
  readonly currency: string;
  readonly startAt: number;
  readonly months: 1 | 12;
  readonly subscriptions: readonly Subscription[];
}

/** A plan's name and its price in euro cents. */
type Priced = readonly [string, number];

const plans: readonly Priced[] = [['Basic', 990], ['Plus', 1990], ['Family', 2990], ['Business', 7900]];
const extras: readonly Priced[] = [['Priority Support', 690], ['Cloud Storage', 290], ['Extended Warranty', 490]];
/** Minor units for a euro cent. The yen has no minor unit, so that its factor is a hundredth of its rate. */
const rates: Readonly<Record<string, number>> = { EUR: 1, GBP: 0.9, CHF: 1, DKK: 7.5, SEK: 11, JPY: 1.6 };

/** A price in euro cents as minor units of another currency, rounded to tens. */
export function priceIn(currency: string, euroCents: number): number {
  return Math.round((euroCents * (rates[currency] ?? 1)) / 10) * 10;
}

/** How a person is billed. */
export function billingPlanOf(person: Person): BillingPlan {
  const draw = drawFor('plan', person.index);
  const showcase = person.index === 0;
  const { currency } = person.home.country;
  const startAt = billingDay(person.createdAt + 2 * day);
  const months = draw.chance(0.75) || showcase ? 1 : 12;
  const number = draw.chance(0.12) ? 0 : draw.chance(0.7) ? 1 : 2;
  const subscriptions = Array.from({ length: showcase ? 2 : number }, (_, at) => {
    const [plan, euroCents] = draw.pick(at === 0 ? plans : extras);
    const firstPeriod = at === 0 ? 0 : draw.between(1, 6);
    const lastPeriod = firstPeriod + draw.between(2, months === 1 ? 60 : 8);
    const ends = draw.chance(0.25) && !showcase;
    return {
      id: thingId('sub', person.index, at),
      plan,
      unitAmount: priceIn(currency, euroCents) * months,
      startAt: addMonths(startAt, firstPeriod * months),
      endAt: ends ? addMonths(startAt, lastPeriod * months) : undefined,
      paused: draw.chance(0.03) && !showcase,
    };
  });
  return { currency, startAt, months, subscriptions };
}

/** When the periods began that had begun by now, oldest first. */
export function periodsUntil(now: number, { startAt, months }: Pick<BillingPlan, 'startAt' | 'months'>): readonly number[] {
  const begins: number[] = [];
  for (let begin = startAt; begin <= now; begin = addMonths(startAt, begins.length * months)) begins.push(begin);
  return begins;
}
