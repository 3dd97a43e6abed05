import { day } from './calendar.ts';
import { thingId } from './ids.ts';
import type { Instalment, Invoice } from './invoices.ts';
import type { Person } from './people.ts';
import { drawFor } from './random.ts';

/** A way for the account to pay. */
export interface PaymentMethod {
  readonly id: string;
  readonly type: 'card' | 'sepa_debit';
  /** Of cards only. */
  readonly brand: string | undefined;
  readonly last4: string;
  readonly expires: { readonly month: number; readonly year: number } | undefined;
  readonly isDefault: boolean;
  readonly createdAt: number;
}

/** Money that came in, or failed to; amounts are in minor units. */
export interface Payment {
  readonly id: string;
  readonly invoice: Invoice;
  readonly amount: number;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'refunded';
  readonly failureReason: string | undefined;
  readonly method: string;
  readonly createdAt: number;
  readonly refund: Refund | undefined;
}

/** Money that was given back. */
export interface Refund {
  readonly id: string;
  readonly amount: number;
  readonly reason: string;
  readonly status: 'pending' | 'succeeded';
  readonly createdAt: number;
}

const brands = ['visa', 'mastercard', 'amex'];
const failures = ['insufficient_funds', 'card_expired', 'do_not_honor', 'account_closed'];
const reasons = ['requested_by_customer', 'duplicate', 'service_outage', 'goodwill'];

/** A person's payment methods, the default first. A card is replaced before it expires. */
export function paymentMethodsOf(person: Person, now: number): readonly PaymentMethod[] {
  const draw = drawFor('methods', person.index);
  const thisYear = new Date(now).getUTCFullYear();
  return Array.from({ length: draw.chance(0.25) ? 2 : 1 }, (_, at) => {
    const card = person.index === 0 || draw.chance(0.65);
    return {
      id: thingId('pm', person.index, at),
      type: card ? 'card' : 'sepa_debit',
      brand: card ? draw.pick(brands) : undefined,
      last4: draw.fill('####'),
      expires: card ? { month: draw.between(1, 12), year: thisYear + 1 + ((draw.between(0, 3) - thisYear) & 3) } : undefined,
      isDefault: at === 0,
      createdAt: person.createdAt + at * 200 * day,
    } as const;
  });
}

/** The payments for some invoices of a person, newest first. */
export function paymentsOf(person: Person, invoices: readonly Invoice[], now: number): readonly Payment[] {
  const method = paymentMethodsOf(person, now)[0]?.id ?? '';
  return invoices
    .flatMap((invoice) =>
      invoice.instalments.map((instalment, at): Payment => {
        const count = invoice.period * 2 + at;
        const failureReason = instalment.failed ? drawFor('failure', person.index, count).pick(failures) : undefined;
        const refund = instalment.failed ? undefined : refundOf(person, count, instalment, now);
        const status = instalment.failed ? 'failed' : refund?.amount === instalment.amount ? 'refunded' : 'succeeded';
        return {
          id: thingId('pay', person.index, count),
          invoice,
          amount: instalment.amount,
          status: now - instalment.at < day && status === 'succeeded' ? 'pending' : status,
          failureReason,
          method,
          createdAt: instalment.at,
          refund,
        };
      }),
    )
    .sort((a, b) => b.createdAt - a.createdAt);
}

function refundOf({ index }: Person, count: number, { at, amount }: Instalment, now: number): Refund | undefined {
  const draw = drawFor('refund', index, count);
  const createdAt = at + draw.between(1, 20) * day;
  // The customer that is shown off gets some money back as well.
  const refunded = draw.chance(0.02) || (index === 0 && count % 48 === 10);
  if (!refunded || createdAt > now) return undefined;
  return {
    id: thingId('re', index, count),
    amount: draw.chance(0.5) ? amount : Math.round(amount / 2),
    reason: draw.pick(reasons),
    status: now - createdAt < 3 * day ? 'pending' : 'succeeded',
    createdAt,
  };
}
