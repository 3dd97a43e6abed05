import type { Person } from './world.ts';

/** What may be known of a customer when it is decided about her, restated from what the store and the CRM say. */
export interface Known {
  readonly consents: ReadonlySet<string>;
  readonly objections: ReadonlySet<string>;
  /** The purposes that go on although she is restricted; undefined where she is not. */
  readonly except: ReadonlySet<string> | undefined;
  readonly regions: ReadonlySet<string>;
  readonly partners: ReadonlySet<string>;
}

/** Purposes that rest on consent, with the channel in which it is needed. */
export const consented: ReadonlyMap<string, string | undefined> = new Map([
  ['marketing.email', 'email'], ['marketing.segment', undefined], ['partner.ads', undefined], ['research.survey', undefined], ['partner.news', undefined],
]);

/** What holds now. The latest word of each source counts, and one source that says no outweighs all others. */
export function knownOf({ facts, records: { crm } }: Person, now: number): Known {
  const live = (expiresAt: number | undefined): boolean => expiresAt === undefined || expiresAt > now;
  const consents = new Set<string>();
  for (const [purpose, channel] of consented) {
    // By source and channel: a word for another channel says nothing, and one for a single channel nothing of the whole.
    const words = new Map<string, boolean>();
    let whole = false;
    for (const fact of facts.toSorted((a, b) => a.at - b.at)) {
      if (fact.kind !== 'consent' || fact.purpose !== purpose || (channel !== undefined && fact.channel !== undefined && fact.channel !== channel)) continue;
      words.set(channel === undefined ? `${fact.source} ${fact.channel ?? ''}` : fact.source, fact.status === 'GRANTED' && live(fact.expiresAt));
      whole ||= fact.channel === undefined;
    }
    if (channel !== undefined && words.size > 0) whole = true;
    if (purpose === 'research.survey' || purpose === 'partner.news') {
      const until = crm?.['survey_until'];
      words.set('crm', crm?.['survey'] === 'granted' && live(typeof until === 'string' ? Date.parse(until) : undefined));
      whole = true;
    }
    if (whole && [...words.values()].every(Boolean)) consents.add(purpose);
  }
  const last = new Map<string, boolean>();
  let except: ReadonlySet<string> | undefined;
  for (const fact of facts.toSorted((a, b) => a.at - b.at)) {
    if (fact.kind === 'objection') last.set(`objection ${fact.source} ${fact.purpose}`, fact.status === 'OBJECTED');
    // All restrictions of these worlds come from one office, so the latest is the only one.
    if (fact.kind === 'restriction') except = fact.status === 'RESTRICTED' ? new Set(fact.except) : undefined;
    if (fact.kind === 'relation') last.set(`${fact.relation} ${fact.party}`, fact.status === 'HOLDS');
  }
  const holding = (kind: string): ReadonlySet<string> =>
    new Set([...last].flatMap(([name, holds]) => (holds && name.startsWith(`${kind} `) ? [name.slice(name.lastIndexOf(' ') + 1)] : [])));
  return { consents, objections: holding('objection'), except, regions: holding('REGION'), partners: holding('PARTNER') };
}
