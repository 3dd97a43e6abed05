import { describe, expect, test } from '@jest/globals';
import { choosePurpose } from '../../../src/caller/purpose.ts';

const known = new Map([
  ['service.support', { dpv: 'CommunicationForCustomerCare' }],
  ['marketing.email', { dpv: 'DirectMarketing' }],
  ['service.billing', {}],
  ['ads.one', { dpv: 'Advertising' }],
  ['ads.two', { dpv: 'Advertising' }],
]);
const notAllowed = 'PURPOSE_NOT_ALLOWED';
const required = 'PURPOSE_REQUIRED';
const care = 'dpv:CommunicationForCustomerCare';
const direct = 'dpv:DirectMarketing';

/** The token's claim (undefined: it has none), its scopes, the header, and the purpose or why there is none. */
type Case = readonly [string, readonly string[] | undefined, readonly string[], string | undefined, string];

function chosen([, purposes, scopes, header]: Case): string {
  const choice = choosePurpose({ purposes, scopes }, header, known);
  return choice.kind === 'purpose' ? choice.purpose : choice.code;
}

const both = ['service.support', 'marketing.email'];

describe('the purpose of a request by header and claim', () => {
  test.each<Case>([
    ['the header`s, when the claim has it', both, [], 'marketing.email', 'marketing.email'],
    ['the claim`s only one, without a header', ['service.support'], [], undefined, 'service.support'],
    ['the claim`s only one, though it is there twice', ['service.support', 'service.support'], [], undefined, 'service.support'],
    ['not chosen among several of the claim', both, [], undefined, required],
    ['not one that the claim lacks', ['service.support'], [], 'marketing.email', notAllowed],
    ['none where the claim is empty', [], [], undefined, notAllowed],
    ['none where the claim is empty, whatever the header says', [], [], 'service.support', notAllowed],
    ['none where there is neither claim nor scope', undefined, [], undefined, notAllowed],
    ['none where there is neither, whatever the header says', undefined, [], 'service.support', notAllowed],
    ['not one that is not registered, in the header', ['ads'], [], 'ads', notAllowed],
    ['not one that is not registered, in the claim', ['ads'], [], undefined, notAllowed],
    ['not an empty one', ['service.support'], [], '', notAllowed],
    ['not an empty one, though the claim has it', [''], [], '', notAllowed],
    ['not one in another case', ['service.support'], [], 'Service.Support', notAllowed],
    ['not two in one header', both, [], 'service.support, marketing.email', notAllowed],
    ['not one by its name in the vocabulary', ['marketing.email'], [], 'DirectMarketing', notAllowed],
    ['not one by the name of a scope', ['marketing.email'], [direct], direct, notAllowed],
  ])('is %s', (...given) => {
    expect(chosen(given)).toBe(given[4]);
  });
});

describe('the purpose of a request by a scope, in a token without the claim', () => {
  test.each<Case>([
    ['the one that its scope names', undefined, ['openid', direct], undefined, 'marketing.email'],
    ['the one that its scope names, though it is there twice', undefined, [direct, direct], undefined, 'marketing.email'],
    ['the header`s, when a scope names it', undefined, [care, direct], 'service.support', 'service.support'],
    ['the header`s, beside a scope that names nothing', undefined, ['dpv:Unheard', direct], 'marketing.email', 'marketing.email'],
    ['not chosen among two scopes', undefined, [care, direct], undefined, required],
    ['not chosen among a scope that names one and another that names none', undefined, ['dpv:Unheard', direct], undefined, required],
    ['not one that no scope names', undefined, [direct], 'service.support', notAllowed],
    ['not one without a name in the vocabulary', undefined, [direct], 'service.billing', notAllowed],
    ['none for a name that no purpose has', undefined, ['dpv:Unheard'], undefined, notAllowed],
    ['none for two names that no purpose has', undefined, ['dpv:Unheard', 'dpv:Unseen'], undefined, notAllowed],
    ['none for a name that two purposes have', undefined, ['dpv:Advertising'], undefined, notAllowed],
    ['none for a name that two purposes have, though the header says which', undefined, ['dpv:Advertising'], 'ads.one', notAllowed],
    ['none for no name', undefined, ['dpv:'], undefined, notAllowed],
    ['none for a purpose in a name`s place', undefined, ['dpv:service.billing'], undefined, notAllowed],
    ['none for a name in another case', undefined, ['dpv:directMarketing'], undefined, notAllowed],
    ['none for a name with something behind it', undefined, [`${direct}#sms`], undefined, notAllowed],
    ['none for a prefix in another case', undefined, ['DPV:DirectMarketing'], undefined, notAllowed],
    ['none for a scope that has the prefix further on', undefined, [`x-${direct}`], undefined, notAllowed],
    ['none for what every object inherits', undefined, ['dpv:constructor', 'dpv:undefined', 'dpv:__proto__'], undefined, notAllowed],
    ['not an empty header`s', undefined, [direct], '', notAllowed],
    ['not the text undefined', undefined, ['dpv:Unheard'], 'undefined', notAllowed],
  ])('is %s', (...given) => {
    expect(chosen(given)).toBe(given[4]);
  });
});

describe('the purpose of a request by a scope, in a token with the claim', () => {
  test.each<Case>([
    ['the scope`s among several of the claim', both, [direct], undefined, 'marketing.email'],
    ['the header`s rather than the scope`s', both, [direct], 'service.support', 'service.support'],
    ['not the scope`s when the claim lacks it', ['service.support'], [direct], undefined, notAllowed],
    ['not the scope`s when the claim lacks it and the header says it', ['service.support'], [direct], 'marketing.email', notAllowed],
    ['not the scope`s when the claim is empty', [], [direct], undefined, notAllowed],
    ['not the claim`s only one beside a scope that names nothing', ['service.support'], ['dpv:Unheard'], undefined, notAllowed],
    ['not the claim`s only one beside a scope with two purposes', ['ads.one'], ['dpv:Advertising'], undefined, notAllowed],
    ['not chosen among two scopes', both, [care, direct], undefined, required],
    ['not chosen among two scopes, though the claim has only one of them', ['service.support'], [care, direct], undefined, required],
    ['the claim`s beside scopes about something else', ['service.support'], ['openid', 'customer:read'], undefined, 'service.support'],
  ])('is %s', (...given) => {
    expect(chosen(given)).toBe(given[4]);
  });
});
