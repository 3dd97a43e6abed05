import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { consentStates } from '../../../src/consent/consent-states.ts';
import { aConsent } from '../../fixtures/facts.ts';
import { another, consentHistory, history, holds, known, now } from './histories.ts';

describe('the states of consent', () => {
  test('are one a source, purpose and channel, in order, each of a record that was given', () => {
    holds([history], (told) => {
      const states = consentStates(told, now);
      const names = states.map(({ purpose, channel, source }) => [purpose, channel ?? '', source].join());
      expect(names).toEqual([...new Set(names)].sort());
      for (const { record, status: _, ...state } of states) {
        expect(told).toContain(record);
        expect(record.fact).toMatchObject(state);
      }
      return states.length > 2;
    });
  });

  test('do not depend on the order of the records', () => {
    holds([consentHistory('mail').chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray([...told], { minLength: told.length })))], ([told, shuffled]) => {
      expect(consentStates(shuffled, now)).toEqual(consentStates(told, now));
      return consentStates(told, now).length < told.length;
    });
  });

  test('agree with what decides: consent as a whole is in force where all are grants, one of them without a channel', () => {
    holds([consentHistory('all', 'mail')], (told) => {
      const states = consentStates(told, now).filter(({ purpose }) => purpose === 'all');
      const inForce = states.some(({ channel }) => channel === undefined) && states.every(({ status }) => status === 'GRANTED');
      expect(known(told).consents.includes('all')).toBe(inForce);
      return inForce && states.length > 1;
    });
  });

  test('of the same moment show the strictest word, then what was recorded last', () => {
    const told = (['GRANTED', 'DENIED', 'WITHDRAWN', 'GRANTED'] as const).map((status, place) => ({ ...another(aConsent({ at: 1, status })), id: String(place) }));
    expect([4, 2].map((count) => consentStates(told.slice(0, count), now).map(({ status }) => status))).toEqual([['WITHDRAWN'], ['DENIED']]);
    const granted = [1, 3, 2].map((recordedAt) => ({ ...another(aConsent({ at: 1 })), recordedAt }));
    expect(consentStates(granted, now).map(({ record }) => record.recordedAt)).toEqual([3]);
    const expired = [aConsent({ at: 1 }), aConsent({ at: 1, expiresAt: 2 })].map((one, place) => ({ ...another(one), recordedAt: -place }));
    expect(consentStates(expired, now).map(({ status }) => status)).toEqual(['EXPIRED']);
  });
});
