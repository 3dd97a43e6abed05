import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameText } from '../secret.ts';
import type { HmacSettings, WebhookSettings } from './settings.ts';

/** An event whose sender knows the secret. `mark` is the same for the same event and no other, where the scheme has such a thing. */
export interface Proven {
  readonly mark: string | undefined;
}

type Keys = Pick<WebhookSettings, 'hmac' | 'secret'>;
interface Shown {
  readonly headers: IncomingHttpHeaders;
  readonly now: number;
}

/** Whether the headers of an event may prove it, whatever its body turns out to be. Who shows no secret, and no signature of about now, need not be listened to. */
export function mayProve({ hmac, secret }: Keys, shown: Shown): boolean {
  return hmac === undefined ? showsSecret(secret, shown.headers) : signaturesIn(hmac, shown).length > 0;
}

/** Whether an event comes from its source, and is not older or newer than the scheme allows. Comparisons take the same time whatever they find. */
export function proveEvent({ hmac, secret }: Keys, event: Shown & { readonly body: Buffer }): Proven | undefined {
  if (hmac !== undefined) return proveSigned(hmac, event);
  return showsSecret(secret, event.headers) ? { mark: undefined } : undefined;
}

function showsSecret(secret: WebhookSettings['secret'], headers: IncomingHttpHeaders): boolean {
  const shown = textOf(headers, secret?.header);
  return secret?.secrets.map((one) => sameText(one.reveal(), shown)).includes(true) ?? false;
}

function proveSigned(hmac: HmacSettings, { headers, body, now }: Shown & { readonly body: Buffer }): Proven | undefined {
  const { secrets, algorithm, encoding, signed } = hmac;
  const signatures = signaturesIn(hmac, { headers, now });
  const [before = '', after = ''] = signed.replaceAll('{timestamp}', () => sentAt(hmac, headers)).split('{body}');
  const expected = secrets.map((one) => createHmac(algorithm, one.reveal()).update(before).update(body).update(after).digest());
  const proven = expected.find((code) => signatures.map((given) => sameText(code.toString(encoding), encoding === 'hex' ? given.toLowerCase() : given)).includes(true));
  return proven && { mark: proven.toString('base64') };
}

/** The signatures that an event shows; none where its time is not within the tolerance. */
function signaturesIn(hmac: HmacSettings, { headers, now }: Shown): readonly string[] {
  const { header, part, prefix, timestamp } = hmac;
  // A time that cannot be read is in no tolerance.
  if (timestamp !== undefined && !(Math.abs(timeOf(sentAt(hmac, headers)) - now) <= timestamp.tolerance)) return [];
  const shown = textOf(headers, header);
  const given = part === undefined ? [shown] : partsOf(shown, part);
  return given.flatMap((one) => (one.startsWith(prefix) && one.length > prefix.length ? [one.slice(prefix.length)] : []));
}

/** When an event says that it was sent; empty where the scheme has no such thing. */
function sentAt({ header, timestamp }: HmacSettings, headers: IncomingHttpHeaders): string {
  if (timestamp === undefined) return '';
  return timestamp.part === undefined ? textOf(headers, timestamp.header) : partsOf(textOf(headers, header), timestamp.part)[0] ?? '';
}

/** The values of one name in a header like `t=1,v1=…`. */
function partsOf(text: string, name: string): readonly string[] {
  return text.split(',').map((one) => one.trim().split(/=(.*)/s)).flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
}

function textOf(headers: IncomingHttpHeaders, name: string | undefined): string {
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : '';
}

/** Milliseconds since the epoch; NaN where it is no time. */
function timeOf(text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
