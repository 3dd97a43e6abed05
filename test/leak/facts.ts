import type { Consent, Fact } from '../../src/store/facts.ts';
import { aConsent, anObjection, aRelation, aRestriction } from '../fixtures/facts.ts';
import type { Random } from './random.ts';

/** The regions of the company, and a mark for those whom few may see. */
export const regionNames = ['north', 'south', 'sealed'] as const;
export const partnerNames = ['acme', 'globex'] as const;

const hour = 3_600_000;

/** What the store knows of one customer. Few sorts of customers, so that callers meet the same decision again; times differ, so that one word is the latest. */
export function someFacts(random: Random, now: number): readonly Fact[] {
  let at = now - 1000 * hour;
  const later = (): number => (at += hour);
  const consent = (more: Partial<Consent>): Fact => aConsent({ at: later(), ...more });
  const consents = random.pick<() => readonly Fact[]>([
    () => [],
    () => [consent({}), consent({ purpose: 'marketing.segment' }), consent({ purpose: 'partner.ads' })],
    () => [consent({ channel: 'email' }), consent({ channel: 'phone', status: 'DENIED' })],
    () => [consent({ channel: 'phone' }), consent({ purpose: 'marketing.segment', channel: 'email' })],
    () => [consent({}), consent({ source: 'shop', status: 'WITHDRAWN' }), consent({ purpose: 'partner.ads', expiresAt: now - hour })],
    () => [consent({ status: 'DENIED' }), consent({}), consent({ purpose: 'marketing.segment', expiresAt: now + 1000 * hour })],
    () => [consent({ expiresAt: now - hour }), consent({ purpose: 'research.survey', source: 'shop', status: 'WITHDRAWN' })],
    () => [consent({ purpose: 'research.survey', source: 'shop' }), consent({ purpose: 'marketing.segment' }), consent({ purpose: 'marketing.segment', status: 'WITHDRAWN' })],
  ])();
  const objections = random.pick<() => readonly Fact[]>([
    () => [], () => [], () => [],
    () => [anObjection({ at: later(), purpose: 'risk.fraud' }), anObjection({ at: later() })],
    () => [anObjection({ at: later(), purpose: 'risk.screening' }), anObjection({ at: later(), purpose: 'risk.fraud' }), anObjection({ at: later(), purpose: 'risk.fraud', status: 'LIFTED' })],
    () => [anObjection({ at: later(), purpose: 'partner.share' }), anObjection({ at: later(), purpose: 'marketing.segment' })],
  ])();
  const restrictions = random.pick<() => readonly Fact[]>([
    () => [], () => [], () => [], () => [],
    () => [aRestriction({ at: later(), except: ['service.support', 'self.view'] })],
    () => [aRestriction({ at: later() })],
    () => [aRestriction({ at: later() }), aRestriction({ at: later(), status: 'LIFTED' })],
  ])();
  const regions = random.some(regionNames, 0.4).map((party) => aRelation({ at: later(), relation: 'REGION', party }));
  const partners = random.some(partnerNames, 0.4).flatMap((party) => [
    aRelation({ at: later(), party }), ...(random.chance(0.2) ? [aRelation({ at: later(), party, status: 'ENDED' })] : []),
  ]);
  return [...consents, ...objections, ...restrictions, ...regions, ...partners];
}
