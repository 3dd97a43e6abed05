import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CustomerFacts } from '../../../src/consent/customer-facts.ts';
import type { Fact } from '../../../src/store/facts.ts';
import { aConsent } from '../../fixtures/facts.ts';
import { another, by, consentHistory, fact, hasRunOut, history, holds, isRestrictive, known, now, relationHistory, restrictionHistory, sourcesOf } from './histories.ts';

const isAmong = (part: readonly string[], whole: readonly string[]): boolean => part.every((one) => whole.includes(one));
/** All that lets her data be used. */
const permits = ({ consents, regions, partners }: CustomerFacts): readonly string[] => [...consents, ...regions, ...partners];

describe('what is known of a customer', () => {
  test('does not depend on the order of the records, nor on their being told twice', () => {
    holds([history.chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray([...told], { minLength: told.length })))], ([told, shuffled]) => {
      expect(known([...shuffled, ...told])).toEqual(known(told));
      return permits(known(told)).length > 0 && shuffled.some((record, place) => record !== told[place]);
    });
  });

  test('gains no permission by a restrictive record, and loses no refusal', () => {
    holds([history, fact.filter(isRestrictive)], (told, more) => {
      const [before, after] = [known(told), known([...told, another(more)])];
      expect(isAmong(permits(after), permits(before))).toBe(true);
      expect(isAmong(before.objections, after.objections)).toBe(true);
      if (before.restriction !== undefined) expect(after.restriction).toBeDefined();
      return permits(before).length > permits(after).length;
    });
  });

  test('has no consent that anybody takes back last, whoever says otherwise', () => {
    holds([consentHistory('mail', 'all'), fc.constantFrom('DENIED' as const, 'WITHDRAWN' as const), fc.constantFrom('crm', 'somebody else'), fc.constantFrom('mail', 'all')], (told, status, source, purpose) => {
      expect(known([...told, another(aConsent({ at: 10, source, purpose, status }))]).consents).not.toContain(purpose);
      return known(told).consents.includes(purpose);
    });
  });

  test('has the objections that any source alone would give, and a restriction if any would', () => {
    holds([history], (told) => {
      const [all, alone] = [known(told), sourcesOf(told).map((source) => known(by(told, source)))];
      expect(all.objections).toEqual([...new Set(alone.flatMap(({ objections }) => objections))].sort());
      expect(all.restriction === undefined).toBe(alone.every(({ restriction }) => restriction === undefined));
      return all.objections.length > 0 && alone.length > 1;
    });
  });

  test('has a consent in a channel when each source that speaks of it would give it alone', () => {
    holds([consentHistory('mail')], (told) => {
      const speaking = told.filter(({ fact: one }) => one.kind === 'consent' && one.channel !== 'phone' && (one.at <= now || isRestrictive(one) || hasRunOut(one)));
      const alone = sourcesOf(speaking).map((source) => known(by(told, source)).consents.includes('mail'));
      expect(known(told).consents.includes('mail')).toBe(alone.length > 0 && alone.every(Boolean));
      return alone.length > 1 && alone.every(Boolean);
    });
  });

  test('has a consent as a whole only where one without a channel would be in force alone: what is said of a channel can only take it away', () => {
    holds([consentHistory('all')], (told) => {
      const whole = told.filter(({ fact: one }) => one.kind === 'consent' && one.channel === undefined);
      expect(isAmong(known(told).consents, known(whole).consents)).toBe(true);
      return known(whole).consents.length > known(told).consents.length;
    });
  });

  test('is not changed by what permits from the future', () => {
    const future = fact.map((one): Fact => ({ ...one, at: one.at + now + 1 })).filter((one) => !isRestrictive(one) && !hasRunOut(one));
    holds([history, future], (told, more) => {
      expect(known([...told, another(more)])).toEqual(known(told));
      return permits(known([...told, another(more)], 100)).length > permits(known(told, 100)).length;
    });
  });

  test('takes what has run out for taken back', () => {
    holds([consentHistory('mail', 'all')], (told) => {
      const takenBack = told.map((record) => (hasRunOut(record.fact) ? { ...record, fact: { ...record.fact, status: 'WITHDRAWN' } as Fact } : record));
      const endless = told.map((record) => ({ ...record, fact: { ...record.fact, expiresAt: undefined } as Fact }));
      expect(known(told)).toEqual(known(takenBack));
      return known(endless).consents.length > known(told).consents.length;
    });
  });

  test('makes an exception of a restriction only where every source that restricts makes it', () => {
    holds([restrictionHistory], (told) => {
      const alone = sourcesOf(told).flatMap((source) => known(by(told, source)).restriction ?? []);
      const common = ['all', 'mail'].filter((purpose) => alone.every(({ except }) => except.includes(purpose)));
      expect(known(told).restriction).toEqual(alone.length === 0 ? undefined : { except: common });
      return alone.length > 1 && common.length === 1;
    });
  });

  test('is in a relation when each source that speaks of it would say so alone', () => {
    holds([relationHistory], (told) => {
      const speaking = told.filter(({ fact: one }) => one.kind === 'relation' && one.relation === 'PARTNER' && one.party === 'acme' && (one.at <= now || isRestrictive(one) || hasRunOut(one)));
      const alone = sourcesOf(speaking).map((source) => known(by(told, source)).partners.includes('acme'));
      expect(known(told).partners.includes('acme')).toBe(alone.length > 0 && alone.every(Boolean));
      return alone.includes(true) && alone.includes(false);
    });
  });

  test('names registered purposes only, and everything sorted and once', () => {
    holds([history], (told) => {
      const { consents, objections, restriction, regions, partners } = known(told);
      for (const names of [consents, objections, restriction?.except ?? [], regions, partners]) expect(names).toEqual([...new Set(names)].sort());
      expect(isAmong([...consents, ...objections, ...restriction?.except ?? []], ['all', 'mail'])).toBe(true);
      return objections.length > 1 || consents.length > 1 || partners.length > 1;
    });
  });

  test('is nothing of nobody', () => {
    expect(known([])).toEqual({ consents: [], objections: [], restriction: undefined, regions: [], partners: [], emergency: false });
  });
});
