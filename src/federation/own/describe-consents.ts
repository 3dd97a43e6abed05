import { consentStates } from '../../consent/consent-states.ts';
import { lastWords, recordsOf, type RecordOf, type Word } from '../../consent/last-words.ts';
import { byCollection, type Fact, type FactRecord } from '../../store/facts.ts';
import type { LinkedCustomer } from '../../store/links.ts';
import type { OperationContext } from '../operation-context.ts';

/** What a customer agreed to, objected to and had restricted, and how she came to it, by field, as data of `Consent` and its siblings. */
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
    ['consentHistory', selects('consentHistory') ? stored.toSorted(byCollection).flatMap(describeRecord) : []],
    ['relations', selects('relations') ? recordsOf(stored, 'relation').toSorted(byCollection).map(describeRelation) : []],
  ]);
}

function describeRecord({ fact, recordedAt }: FactRecord): readonly unknown[] {
  if (fact.kind === 'relation') return [];
  const { kind, status } = fact;
  return [{
    kind: kind.toUpperCase(), status,
    purpose: kind === 'restriction' ? null : fact.purpose,
    except: kind === 'restriction' ? fact.except : null,
    channel: (kind === 'consent' ? fact.channel : undefined) ?? null,
    notice: (kind === 'consent' ? fact.notice?.id : undefined) ?? null,
    noticeVersion: (kind === 'consent' ? fact.notice?.version : undefined) ?? null,
    expiresAt: kind === 'consent' ? timeOf(fact.expiresAt) : null,
    ...collected(fact), recordedAt: timeOf(recordedAt),
  }];
}

function describeRelation({ fact, recordedAt }: RecordOf<'relation'>): unknown {
  return { kind: fact.relation, party: fact.party, status: fact.status, expiresAt: timeOf(fact.expiresAt), ...collected(fact), recordedAt: timeOf(recordedAt) };
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
