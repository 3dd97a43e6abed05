import { addMonths, dateText, day, daysAfter } from './calendar.ts';
import { thingId } from './ids.ts';
import type { Person } from './people.ts';
import { drawFor } from './random.ts';
import { billingPlanOf, periodsUntil, priceIn, type BillingPlan } from './subscriptions.ts';

/** Where an invoice stands. */
export type InvoiceState = 'draft' | 'posted' | 'partially_paid' | 'paid' | 'cancelled' | 'past_due';

/** Amounts are in minor units. */
export interface InvoiceLine {
  readonly id: string;
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly amount: number;
  readonly tax: number;
}

/** Money that came in for an invoice, or failed to. */
export interface Instalment {
  readonly at: number;
  readonly amount: number;
  readonly failed: boolean;
}

/** An invoice as it stands on a given day. */
export interface Invoice {
  readonly id: string;
  /** Counts the account's billing periods from 0. */
  readonly period: number;
  readonly state: InvoiceState;
  readonly issuedAt: number;
  readonly dueAt: number;
  readonly paidAt: number | undefined;
  readonly lines: readonly InvoiceLine[];
  readonly subTotal: number;
  readonly tax: number;
  readonly total: number;
  readonly remaining: number;
  /** What was paid or tried by then, oldest first. */
  readonly instalments: readonly Instalment[];
}

/** What becomes of an invoice in the end, fixed from the beginning; `instalments` lie in the future at first. */
interface Fate {
  readonly instalments: readonly Instalment[];
  readonly cancelledAt: number | undefined;
}

/** A person's invoices until now, newest first. Those of the past stay as they are as time goes on. */
export function invoicesOf(person: Person, now: number): readonly Invoice[] {
  const plan = billingPlanOf(person);
  const punctual = person.index === 0 || drawFor('payer', person.index).chance(0.85);
  return periodsUntil(now, plan)
    .flatMap((issuedAt, period) => invoiceAt({ person, plan, punctual, period, issuedAt }, now) ?? [])
    .reverse();
}

interface Issue {
  readonly person: Person;
  readonly plan: BillingPlan;
  /** Whether the person pays on time. */
  readonly punctual: boolean;
  readonly period: number;
  readonly issuedAt: number;
}

function invoiceAt({ person, plan, punctual, period, issuedAt }: Issue, now: number): Invoice | undefined {
  const draw = drawFor('invoice', person.index, period);
  const id = thingId('in', person.index, period);
  const items = plan.subscriptions
    .filter(({ startAt, endAt }) => startAt <= issuedAt && (endAt === undefined || issuedAt < endAt))
    .map(({ plan: name, unitAmount }) => ({ description: `${name}, from ${dateText(issuedAt)}`, quantity: 1, unitAmount }));
  if (items.length === 0) return undefined;
  const usage = { description: 'Additional usage', quantity: draw.between(1, 40), unitAmount: priceIn(plan.currency, 20) };
  const lines = [...items, ...(draw.chance(0.2) ? [usage] : [])].map((item, at) => {
    const amount = item.quantity * item.unitAmount;
    return { id: `${id}_${at + 1}`, ...item, amount, tax: Math.round((amount * person.home.country.taxRate) / 100) };
  });
  const subTotal = sum(lines.map((line) => line.amount));
  const tax = sum(lines.map((line) => line.tax));
  const total = subTotal + tax;
  const dueAt = issuedAt + 14 * day;
  const fate = punctual ? paidInTime(issuedAt, total, draw.unit()) : paidBadly(issuedAt, total, draw.unit(), draw.unit());
  return { id, period, issuedAt, dueAt, lines, subTotal, tax, total, ...standing(fate, { issuedAt, dueAt, total }, now) };
}

function standing(
  fate: Fate,
  { issuedAt, dueAt, total }: { readonly issuedAt: number; readonly dueAt: number; readonly total: number },
  now: number,
): Pick<Invoice, 'state' | 'paidAt' | 'remaining' | 'instalments'> {
  const instalments = fate.instalments.filter((each) => each.at <= now);
  const paid = instalments.filter((each) => !each.failed);
  const remaining = total - sum(paid.map((each) => each.amount));
  const rest = { instalments, paidAt: undefined };
  if (now < issuedAt + day) return { ...rest, state: 'draft', remaining };
  if (remaining === 0) return { ...rest, state: 'paid', remaining, paidAt: paid.at(-1)?.at };
  if (fate.cancelledAt !== undefined && fate.cancelledAt <= now) return { ...rest, state: 'cancelled', remaining: 0 };
  if (paid.length > 0) return { ...rest, state: 'partially_paid', remaining };
  return { ...rest, state: now > dueAt ? 'past_due' : 'posted', remaining };
}

function paidInTime(issuedAt: number, total: number, chance: number): Fate {
  return { instalments: [{ at: daysAfter(issuedAt, 1 + chance * 9), amount: total, failed: false }], cancelledAt: undefined };
}

// Nobody owes for ever: what stays unpaid is written off, what was paid in part is paid in full some day.
function paidBadly(issuedAt: number, total: number, kind: number, chance: number): Fate {
  const attempt = { at: daysAfter(issuedAt, 14 + chance), amount: total, failed: true };
  if (kind < 0.04) return { instalments: [], cancelledAt: daysAfter(issuedAt, 5) };
  if (kind < 0.14) return { instalments: [attempt], cancelledAt: addMonths(issuedAt, 5) };
  if (kind < 0.24) {
    const part = { at: daysAfter(issuedAt, 12), amount: Math.round(total * (0.3 + chance * 0.4)), failed: false };
    const rest = { at: addMonths(issuedAt, 4), amount: total - part.amount, failed: false };
    return { instalments: [part, rest], cancelledAt: undefined };
  }
  if (kind > 0.5) return paidInTime(issuedAt, total, chance);
  const late = { at: daysAfter(attempt.at, 2 + chance * 30), amount: total, failed: false };
  return { instalments: [attempt, late], cancelledAt: undefined };
}

/** The sum of some numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
