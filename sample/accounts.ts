import { addMonths, dateText, day, epochSeconds } from './calendar.ts';
import type { Entry } from './directory.ts';
import { invoicesOf, sum, type Invoice } from './invoices.ts';
import { paymentMethodsOf, paymentsOf, type Payment } from './payments.ts';
import type { Person } from './people.ts';
import { billingPlanOf, periodsUntil } from './subscriptions.ts';

/** A row as the billing system gives it. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** The account of a person, as it stands now. */
export function accountRow({ person, copy }: Entry, now: number): Row {
  const invoices = invoicesOf(person, now);
  const payments = paymentsOf(person, invoices, now);
  const open = invoices.filter(({ state }) => state === 'posted' || state === 'partially_paid' || state === 'past_due');
  const late = open.filter(({ dueAt }) => dueAt < now);
  const received = payments.filter(({ status }) => status === 'succeeded' || status === 'refunded');
  const lastPayment = received[0]?.createdAt;
  return {
    id: copy.id,
    customer_number: copy.number ?? null,
    email: copy.email ?? null,
    name: copy.name,
    phone: copy.phone ?? null,
    currency: person.home.country.currency,
    balance: sum(open.map(({ remaining }) => remaining)),
    overdue: sum(late.map(({ remaining }) => remaining)),
    delinquent: late.some(({ dueAt }) => dueAt < now - 30 * day),
    last_payment_at: lastPayment === undefined ? null : epochSeconds(lastPayment),
    lifetime_revenue: sum(received.map(({ amount, refund }) => amount - (refund?.amount ?? 0))),
    created: epochSeconds(person.createdAt),
    updated: epochSeconds(Math.max(person.updatedAt, lastPayment ?? 0, invoices[0]?.issuedAt ?? 0)),
  };
}

/** The account's invoices, newest first. */
export function invoiceRows({ person, copy }: Entry, now: number): readonly Row[] {
  return invoicesOf(person, now).map((invoice) => ({
    id: invoice.id,
    customer: copy.id,
    number: numberOf(person, invoice),
    state: invoice.state,
    issue_date: dateText(invoice.issuedAt),
    due_date: dateText(invoice.dueAt),
    paid_on: invoice.paidAt === undefined ? null : dateText(invoice.paidAt),
    currency: person.home.country.currency,
    sub_total: invoice.subTotal,
    tax: invoice.tax,
    amount_due: invoice.total,
    amount_remaining: invoice.remaining,
    lines: { data: invoice.lines.map(({ unitAmount, ...line }) => ({ ...line, unit_amount: unitAmount })) },
    pdf: `https://billing.sample-company.example/invoices/${invoice.id}.pdf`,
    created: epochSeconds(invoice.issuedAt),
    updated: epochSeconds(invoice.paidAt ?? invoice.issuedAt),
  }));
}

/** The account's subscriptions that have begun, newest first. */
export function subscriptionRows({ person, copy }: Entry, now: number): readonly Row[] {
  const { subscriptions, currency, months } = billingPlanOf(person);
  const inArrears = invoicesOf(person, now).some(({ state }) => state === 'past_due');
  return subscriptions
    .filter(({ startAt }) => startAt <= now)
    .toSorted((a, b) => b.startAt - a.startAt)
    .map(({ id, plan, unitAmount, startAt, endAt, paused }) => {
      const ended = endAt !== undefined && endAt <= now;
      const periodStart = periodsUntil(ended ? endAt - day : now, { startAt, months }).at(-1) ?? startAt;
      // Notice is given two months before the end; until then the subscription does not know that it ends.
      const noticed = endAt !== undefined && addMonths(endAt, -2) <= now;
      return {
        id,
        customer: copy.id,
        plan,
        interval: months === 1 ? 'month' : 'year',
        status: ended ? 'canceled' : paused ? 'paused' : now < startAt + 14 * day ? 'trialing' : inArrears ? 'past_due' : 'active',
        start_date: dateText(startAt),
        current_period_start: dateText(periodStart),
        current_period_end: dateText(addMonths(periodStart, months)),
        cancel_at: noticed ? dateText(endAt) : null,
        ended_at: ended ? dateText(endAt) : null,
        currency,
        mrr: ended ? 0 : Math.round(unitAmount / months),
        created: epochSeconds(startAt),
        updated: epochSeconds(ended ? endAt : periodStart),
      };
    });
}

/** The account's payments, newest first. */
export function paymentRows({ person, copy }: Entry, now: number): readonly Row[] {
  return allPayments(person, now).map(({ id, invoice, amount, status, failureReason, method, createdAt, refund }) => ({
    id,
    customer: copy.id,
    invoice: invoice.id,
    invoice_number: numberOf(person, invoice),
    amount,
    currency: person.home.country.currency,
    status,
    failure_reason: failureReason ?? null,
    payment_method: method,
    created: epochSeconds(createdAt),
    updated: epochSeconds(refund?.createdAt ?? createdAt),
  }));
}

/** The account's payment methods, the default first. */
export function paymentMethodRows({ person, copy }: Entry, now: number): readonly Row[] {
  return paymentMethodsOf(person, now).map(({ id, type, brand, last4, expires, isDefault, createdAt }) => ({
    id,
    customer: copy.id,
    type,
    brand: brand ?? null,
    last4,
    exp_month: expires?.month ?? null,
    exp_year: expires?.year ?? null,
    is_default: isDefault,
    created: epochSeconds(createdAt),
    updated: epochSeconds(createdAt),
  }));
}

/** What the account got back, newest first. */
export function refundRows({ person, copy }: Entry, now: number): readonly Row[] {
  return allPayments(person, now)
    .flatMap((payment) => (payment.refund === undefined ? [] : [{ payment, refund: payment.refund }]))
    .toSorted((a, b) => b.refund.createdAt - a.refund.createdAt)
    .map(({ payment, refund }) => ({
      id: refund.id,
      customer: copy.id,
      payment: payment.id,
      amount: refund.amount,
      currency: person.home.country.currency,
      reason: refund.reason,
      status: refund.status,
      created: epochSeconds(refund.createdAt),
      updated: epochSeconds(refund.createdAt),
    }));
}

function allPayments(person: Person, now: number): readonly Payment[] {
  return paymentsOf(person, invoicesOf(person, now), now);
}

// A draft gets its number when it is posted.
function numberOf(person: Person, { state, period }: Invoice): string | null {
  return state === 'draft' ? null : `INV-${person.index + 10_001}-${String(period + 1).padStart(4, '0')}`;
}
