import { describe, expect, test } from '@jest/globals';
import { choosePurpose } from '../../../src/caller/purpose.ts';

const known = new Set(['service.support', 'marketing.email']);
const choose = (purposes: readonly string[], header?: string) => choosePurpose({ purposes }, header, known);
const purpose = (name: string) => ({ kind: 'purpose', purpose: name });
const refused = (code: string) => ({ kind: 'refused', code });

describe('the purpose of a request', () => {
  test('is the header`s when the token allows it', () => {
    expect(choose(['service.support', 'marketing.email'], 'marketing.email')).toEqual(purpose('marketing.email'));
  });

  test('is the only one of the token when there is no header', () => {
    expect(choose(['service.support'])).toEqual(purpose('service.support'));
  });

  test('has to be named when the token allows several', () => {
    expect(choose(['service.support', 'marketing.email'])).toEqual(refused('PURPOSE_REQUIRED'));
  });

  test.each([
    ['the token does not allow the header`s', ['service.support'], 'marketing.email'],
    ['the token allows none', [], undefined],
    ['the token allows none, whatever the header says', [], 'service.support'],
    ['the registry does not know the header`s', ['ads'], 'ads'],
    ['the registry does not know the only one', ['ads'], undefined],
    ['the header is empty', ['service.support'], ''],
    ['the header differs in case', ['service.support'], 'Service.Support'],
    ['the header names two', ['service.support', 'marketing.email'], 'service.support, marketing.email'],
  ])('is refused when %s', (_name, purposes, header) => {
    expect(choose(purposes, header)).toEqual(refused('PURPOSE_NOT_ALLOWED'));
  });
});
