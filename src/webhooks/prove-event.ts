import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameText } from '../secret.ts';
import type { HmacSettings, WebhookSettings } from './settings.ts';

/** An event whose sender knows the secret. `mark` is the same for the same event and no other, where the scheme has such a thing. */
export interface Proven {
  readonly mark: string | undefined;
}

/** Whether an event comes from its source, and is not older or newer than the scheme allows. Comparisons take the same time whatever they find. */
export function proveEvent({ hmac, secret }: Pick<WebhookSettings, 'hmac' | 'secret'>, event: { readonly headers: IncomingHttpHeaders; readonly body: Buffer; readonly now: number }): Proven | undefined {
  if (hmac !== undefined) return proveSigned(hmac, event);
  const shown = textOf(event.headers, secret?.header);
  const known = secret?.secrets.map((one) => sameText(one.reveal(), shown)).includes(true) ?? false;
  return known ? { mark: undefined } : undefined;
}

function proveSigned(hmac: HmacSettings, { headers, body, now }: Parameters<typeof proveEvent>[1]): Proven | undefined {
  const { header, secrets, algorithm, encoding, prefix, part, signed, timestamp } = hmac;
  const shown = textOf(headers, header);
  const parts = shown.split(',').map((one) => one.trim().split(/=(.*)/s));
  const partsOf = (name: string): readonly string[] => parts.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
  const sentAt = timestamp === undefined ? '' : (timestamp.part === undefined ? textOf(headers, timestamp.header) : partsOf(timestamp.part)[0] ?? '');
  // A time that cannot be read is in no tolerance.
  if (timestamp !== undefined && !(Math.abs(timeOf(sentAt) - now) <= timestamp.tolerance)) return undefined;
  const signatures = (part === undefined ? [shown] : partsOf(part)).flatMap((one) => (one.startsWith(prefix) ? [one.slice(prefix.length)] : []));
  const [before = '', after = ''] = signed.replaceAll('{timestamp}', () => sentAt).split('{body}');
  const expected = secrets.map((one) => createHmac(algorithm, one.reveal()).update(before).update(body).update(after).digest());
  const proven = expected.find((code) => signatures.map((given) => sameText(code.toString(encoding), encoding === 'hex' ? given.toLowerCase() : given)).includes(true));
  return proven && { mark: proven.toString('base64') };
}

function textOf(headers: IncomingHttpHeaders, name: string | undefined): string {
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : '';
}

/** Milliseconds since the epoch; NaN where it is no time. */
function timeOf(text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
