import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { mayProve, proveEvent } from '../../../src/webhooks/prove-event.ts';
import { webhookShape } from '../../../src/webhooks/settings.ts';

const now = Date.UTC(2026, 5, 15, 12);
const body = Buffer.from('{"id":"ä","n":1}');
const code = (signed: string | Buffer, encoding: 'hex' | 'base64', algorithm = 'sha256', secret = 'the secret'): string => createHmac(algorithm, secret).update(signed).digest(encoding);
const prove = (hmac: object, headers: Readonly<Record<string, string>>, text = body): unknown => {
  const settings = webhookShape.parse({ hmac: { secrets: ['an older one', 'the secret'], ...hmac }, drops: [{ entity: 'x' }] });
  return proveEvent(settings, { headers, body: text, now });
};
const seconds = now / 1000;
const iso = new Date(now).toISOString();

test.each<[string, object, Readonly<Record<string, string>>]>([
  ['GitHub', { header: 'X-Hub-Signature-256', prefix: 'sha256=' }, { 'x-hub-signature-256': `sha256=${code(body, 'hex')}` }],
  ['Shopify', { header: 'X-Shopify-Hmac-Sha256', encoding: 'base64' }, { 'x-shopify-hmac-sha256': code(body, 'base64') }],
  ['Stripe', { header: 'Stripe-Signature', part: 'v1', timestamp: { part: 't' }, signed: '{timestamp}.{body}' }, {
    'stripe-signature': `t=${seconds}, v1=${'0'.repeat(64)}, v1=${code(`${seconds}.${body.toString()}`, 'hex').toUpperCase()}`,
  }],
  ['Zendesk', { header: 'X-Zendesk-Webhook-Signature', encoding: 'base64', timestamp: { header: 'X-Zendesk-Webhook-Signature-Timestamp' }, signed: '{timestamp}{body}' }, {
    'x-zendesk-webhook-signature': code(`${iso}${body.toString()}`, 'base64'), 'x-zendesk-webhook-signature-timestamp': iso,
  }],
  ['anybody with SHA-512', { header: 'X-Sig', algorithm: 'sha512' }, { 'x-sig': code(body, 'hex', 'sha512') }],
])('an event as %s signs it is proven, and with one byte changed it is not', (_name, hmac, headers) => {
  expect(prove(hmac, headers)).toEqual({ mark: expect.stringMatching(/^.{40,}$/) });
  expect(prove(hmac, headers, Buffer.from(body.toString().replace('1', '2')))).toBeUndefined();
  expect(prove(hmac, {})).toBeUndefined();
});

test('the bytes are signed, whatever they are: a mark at the start of UTF-8 is one of them', () => {
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
  expect(prove({ header: 'X-Sig' }, { 'x-sig': code(marked, 'hex') }, marked)).toBeDefined();
  expect(prove({ header: 'X-Sig' }, { 'x-sig': code(body, 'hex') }, marked)).toBeUndefined();
});

test('without a part of that name, or a prefix, there is no signature', () => {
  expect(prove({ header: 'X-Sig', part: 'v1' }, { 'x-sig': `v0=${code(body, 'hex')}` })).toBeUndefined();
  expect(prove({ header: 'X-Sig', prefix: 'sha256=' }, { 'x-sig': code(body, 'hex') })).toBeUndefined();
});

test('a shared secret is proven by itself alone, and no header is no empty secret', () => {
  const settings = webhookShape.parse({ secret: { header: 'X-Token', secrets: ['one', 'two'] }, drops: [{ entity: 'x' }] });
  const shown = (headers: Readonly<Record<string, string>>): unknown => proveEvent(settings, { headers, body, now });
  expect(['one', 'two', 'on', 'one ', ''].map((text) => shown({ 'x-token': text }) !== undefined)).toEqual([true, true, false, false, false]);
  expect(shown({})).toBeUndefined();
});

test('headers alone tell who cannot prove an event: without a signature, with a time that is too far away, without the secret', () => {
  const may = (text: object, headers: Readonly<Record<string, string>>): boolean => mayProve(webhookShape.parse({ ...text, drops: [{ entity: 'x' }] }), { headers, now });
  const signed = { hmac: { header: 'X-Sig', secrets: ['the secret'], part: 'v1', timestamp: { part: 't' }, signed: '{timestamp}{body}' } };
  expect([`t=${seconds},v1=00`, `t=${seconds},v1=`, `t=${seconds}`, `t=${seconds - 301},v1=00`, 'v1=00', ''].map((text) => may(signed, { 'x-sig': text }))).toEqual([true, false, false, false, false, false]);
  const secret = { secret: { header: 'X-Token', secrets: ['one', 'two'] } };
  expect([{ 'x-token': 'two' }, { 'x-token': 'three' }, {}].map((headers) => may(secret, headers as Readonly<Record<string, string>>))).toEqual([true, false, false]);
});
