import { consentStates } from '../../consent/consent-states.ts';
import { lastWords, recordsOf, type RecordOf, type Word } from '../../consent/last-words.ts';
import type { Fact } from '../../store/facts.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import type { OperationContext } from '../operation-context.ts';

/** What a customer agreed to, objected to and had restricted, by field, as data of `Consent` and its siblings. */
export async function describeConsents({ consents, now }: OperationContext, customer: LinkedCustomer, selects: (field: string) => boolean): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const stored = customer.members.flatMap(({ facts }) => facts);
  const asked = selects('consents') ? await consents.toShow(customer) : [];
  const objections = lastWords(recordsOf(stored, 'objection'), now, ({ source, purpose }) => [source, purpose]);
  const restrictions = lastWords(recordsOf(stored, 'restriction'), now, ({ source }) => [source]);
  return new Map<string, readonly unknown[]>([
    ['consents', consentStates([...stored, ...asked], now).map(({ purpose, channel, source, status, record: { fact } }) => ({
      purpose, channel: channel ?? null, source, status, notice: fact.notice?.id ?? null, noticeVersion: fact.notice?.version ?? null,
      method: fact.method, collectedAt: timeOf(fact.at), expiresAt: timeOf(fact.expiresAt), evidence: fact.evidence ?? null,
    }))],
    ['objections', standing(objections).map((fact) => ({ purpose: fact.purpose, ...collected(fact) }))],
    ['restrictions', standing(restrictions).map((fact) => ({ except: fact.except, ...collected(fact) }))],
  ]);
}

/** The words that stand: those that refuse. */
function standing<Kind extends Fact['kind']>(words: readonly Word<Kind>[]): readonly RecordOf<Kind>['fact'][] {
  return words.flatMap(({ stance, records }) => (stance === 'refuses' ? records.map(({ fact }) => fact) : []));
}

function collected({ method, source, at, evidence }: Fact): Readonly<Record<string, unknown>> {
  return { method, source, collectedAt: timeOf(at), evidence: evidence ?? null };
}

/** Null for what has no time, and for what came without one. */
function timeOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined || milliseconds === 0 ? null : new Date(milliseconds).toISOString();
}
