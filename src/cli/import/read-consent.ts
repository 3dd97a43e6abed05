import { z } from 'zod';
import type { Config } from '../../config/load-config.ts';
import { collectionMethods, type Consent, type Objection } from '../../store/facts.ts';
import type { KnownColumns } from './columns.ts';
import { collected, endsLater, endsTooEarly, instant, oneOf, text, understand, type Values } from './read-values.ts';

/** What a file of consent records says beside whose they are. */
export const consentColumns: KnownColumns['values'] = new Map([
  ['purpose', 'required'], ['channel', 'optional'], ['status', 'required'], ['notice', 'optional'], ['noticeVersion', 'optional'],
  ['method', 'required'], ['source', 'required'], ['collectedAt', 'required'], ['expiresAt', 'optional'], ['evidence', 'optional'],
]);

const granted = ['GRANTED'] as const;
const refused = ['DENIED', 'WITHDRAWN'] as const;
const objected = ['OBJECTED', 'OBJECTION_LIFTED'] as const;

/** Reads what a row says; a text says what is wrong with it. Statuses that begin with OBJECT make objections, all others consents. */
export function consentReader(known: { readonly purposes: Config['purposes']; readonly clock: () => number }): (values: Values) => Consent | Objection | string {
  const shape = shapeOf(known);
  return (values) => understand(shape, values);
}

function shapeOf({ purposes, clock }: { readonly purposes: Config['purposes']; readonly clock: () => number }) {
  const said = {
    purpose: z.string('expected a purpose').refine((name) => purposes.has(name), 'expected a purpose of the deployment'),
    method: oneOf(collectionMethods),
    ...collected(clock),
  };
  const channel = z.string().regex(/^[a-z0-9_-]+$/, 'expected a channel like "email"').optional();
  const [notice, noticeVersion, expiresAt] = [text('the notice that she was shown', 500), text('the version of the notice', 100), instant.optional()];
  const none = z.undefined('expected nothing: an objection has none').optional();
  return z.discriminatedUnion('status', [
    z.strictObject({ ...said, status: oneOf(granted), channel, notice, noticeVersion, expiresAt })
      .refine(endsLater, endsTooEarly)
      .transform(consentOf),
    z.strictObject({ ...said, status: oneOf(refused), channel, notice: notice.optional(), noticeVersion: noticeVersion.optional(), expiresAt })
      .refine(endsLater, endsTooEarly)
      .refine(({ notice: id, noticeVersion: version }) => (id === undefined) === (version === undefined), { path: ['noticeVersion'], error: 'expected together with notice' })
      .transform(consentOf),
    // What an objection cannot say is not dropped: she might have meant less, or more, than would be stored.
    z.strictObject({ ...said, status: oneOf(objected), channel: none, notice: none, noticeVersion: none, expiresAt: none })
      .transform(({ purpose, method, source, collectedAt: at, evidence, status }): Objection => ({
        kind: 'objection', source, method, at, ...(evidence === undefined ? {} : { evidence }), purpose, status: status === 'OBJECTED' ? status : 'LIFTED',
      })),
  ], `expected one of ${[...granted, ...refused, ...objected].join(', ')}`);
}

function consentOf(row: {
  readonly purpose: string;
  readonly channel?: string | undefined;
  readonly status: Consent['status'];
  readonly notice?: string | undefined;
  readonly noticeVersion?: string | undefined;
  readonly method: Consent['method'];
  readonly source: string;
  readonly collectedAt: number;
  readonly expiresAt?: number | undefined;
  readonly evidence?: string | undefined;
}): Consent {
  const { notice: id, noticeVersion: version, collectedAt: at, ...rest } = row;
  return { kind: 'consent', ...rest, at, ...(id === undefined || version === undefined ? {} : { notice: { id, version } }) };
}
