import { describe, expect, test } from '@jest/globals';
import { decideRequest, type Verdict } from '../../../src/access/decide-request.ts';
import { grantsIn } from '../../../src/access/grants.ts';
import { requestsIn, type AccessRequest } from '../../../src/access/request-state.ts';
import type { AccessRecord } from '../../../src/store/access.ts';
import { anAccessRequest, anEmergency, aVerdict } from '../../fixtures/access.ts';

const asked = anAccessRequest('a');
const approved = (id: string, more: { readonly fields?: readonly string[]; readonly until?: number; readonly at?: number } = {}): AccessRecord =>
  aVerdict(asked, { kind: 'approved', id, at: 300, fields: ['Customer.phone', 'Customer.email'], until: 1_000, note: undefined, ...more });
const noted = (kind: 'refused' | 'revoked' | 'reviewed', at = 400, of: AccessRecord = asked): AccessRecord => aVerdict(of, { kind, id: kind, at, note: 'because' });
const stateOf = (now: number, ...records: readonly AccessRecord[]): unknown => requestsIn(records, now).map(({ state }) => state).join();

describe('a request', () => {
  test.each<[string, number, readonly AccessRecord[], string]>([
    ['waits', 500, [asked], 'PENDING'],
    ['that nobody decided on ends', 1_000, [asked], 'ENDED'],
    ['is approved', 500, [asked, approved('b')], 'APPROVED'],
    ['is approved until its end', 999, [asked, approved('b')], 'APPROVED'],
    ['ends', 1_000, [asked, approved('b')], 'ENDED'],
    ['ends when the approval says', 600, [asked, approved('b', { until: 600 })], 'ENDED'],
    ['is refused', 500, [asked, noted('refused')], 'REFUSED'],
    ['that is refused and approved is refused', 500, [asked, approved('b', { at: 500 }), noted('refused')], 'REFUSED'],
    ['is revoked', 500, [asked, approved('b'), noted('revoked')], 'REVOKED'],
    ['that is revoked stays so', 500, [asked, approved('b'), noted('revoked'), approved('c', { at: 450 })], 'REVOKED'],
    ['of which only the answer is there is none', 500, [approved('b')], ''],
    ['in an emergency holds at once', 500, [anEmergency('a')], 'APPROVED'],
    ['in an emergency ends', 1_000, [anEmergency('a')], 'ENDED'],
    ['in an emergency is revoked', 500, [anEmergency('a'), noted('revoked')], 'REVOKED'],
  ])('%s', (_, now, records, state) => {
    expect(stateOf(now, ...records)).toBe(state);
  });

  test('that several approve gives what all of them give, for the shortest time', () => {
    const [request] = requestsIn([asked, approved('b', { fields: ['Customer.phone'] }), approved('c', { until: 700 })], 500);
    expect(request).toMatchObject({ fields: ['Customer.phone'], until: 700, state: 'APPROVED' });
  });

  test('gives no more than was asked for, whatever an approval says', () => {
    const [request] = requestsIn([asked, approved('b', { fields: ['Customer.phone', 'Profile.birthDate'], until: 9_000 })], 500);
    expect(request).toMatchObject({ fields: ['Customer.phone'], until: 1_000 });
  });
});

describe('grants', () => {
  test('are what is in force for the purpose', () => {
    const other = anAccessRequest('o', { purpose: 'service.support' });
    const records = [asked, approved('b', { fields: ['Customer.phone'] }), other, aVerdict(other, { kind: 'approved', id: 'p', at: 300, fields: ['Customer.email'], until: 1_000, note: undefined }), anEmergency('e', { customer: 'c1' })];
    expect(grantsIn(records, 'marketing.email', 500)).toEqual({ ids: ['a', 'e'], fields: new Set(['Customer.phone']), emergencies: new Set(['c1']) });
    expect(grantsIn(records, 'service.support', 500)).toEqual({ ids: ['o'], fields: new Set(['Customer.email']), emergencies: new Set() });
    expect(grantsIn(records, 'marketing.email', 1_000)).toEqual({ ids: [], fields: new Set(), emergencies: new Set() });
  });
});

describe('a verdict', () => {
  const requestOf = (...records: readonly AccessRecord[]): AccessRequest => {
    const [request] = requestsIn(records, 500);
    if (request === undefined) throw new Error('there is no request');
    return request;
  };
  const decide = (request: AccessRequest, verdict: Verdict, isHolder = false): unknown => decideRequest(request, verdict, { actor: 'lena', isHolder, id: 'n', now: 500 });
  const approve = (more: Partial<Extract<Verdict, { kind: 'approve' }>> = {}): Verdict => ({ kind: 'approve', fields: undefined, until: undefined, note: undefined, ...more });

  test('is a record about the request', () => {
    expect(decide(requestOf(asked), approve())).toEqual({ kind: 'approved', id: 'n', request: 'a', holder: asked.holder, ends: 1_000, at: 500, actor: 'lena', fields: asked.fields, until: 1_000, note: undefined });
    expect(decide(requestOf(asked), { kind: 'refuse', note: 'no' })).toMatchObject({ kind: 'refused', note: 'no' });
  });

  test.each<[string, AccessRequest, Verdict, boolean, string]>([
    ['on one\'s own', requestOf(asked), approve(), true, 'OWN_REQUEST'],
    ['on what was approved', requestOf(asked, approved('b')), approve(), false, 'NOT_PENDING'],
    ['on what was refused', requestOf(asked, noted('refused')), approve(), false, 'NOT_PENDING'],
    ['on an emergency', requestOf(anEmergency('e')), approve(), false, 'NOT_PENDING'],
    ['that takes back what nobody gave', requestOf(asked), { kind: 'revoke', note: 'x' }, false, 'NOT_IN_FORCE'],
    ['that gives more', requestOf(asked), approve({ fields: ['Profile.birthDate'] }), false, 'NOT_ASKED_FOR'],
    ['that gives it for longer', requestOf(asked), approve({ until: 1_001 }), false, 'NOT_ASKED_FOR'],
    ['that gives it for no time', requestOf(asked), approve({ until: 500 }), false, 'NOT_ASKED_FOR'],
    ['that looks at what was no emergency', requestOf(asked), { kind: 'review', note: 'x' }, false, 'NO_EMERGENCY'],
  ])('%s is refused', (_, request, verdict, isHolder, reason) => {
    expect(decide(request, verdict, isHolder)).toBe(reason);
  });

  test('that gives something back is also for who asked', () => {
    expect(decide(requestOf(asked), { kind: 'revoke', note: 'x' }, true)).toMatchObject({ kind: 'revoked' });
    expect(decide(requestOf(asked, approved('b')), { kind: 'revoke', note: 'x' }, true)).toMatchObject({ kind: 'revoked' });
  });
});
