import { day, hour, instantText } from './calendar.ts';
import type { Entry } from './directory.ts';
import type { Person } from './people.ts';
import { drawFor } from './random.ts';
import { internationalPhone } from './spelling.ts';

/** Where a contact lives, as the CRM gives it. */
export interface Address {
  readonly street: string;
  readonly postal_code: string;
  readonly city: string;
  readonly region: string;
  readonly country: string;
}

/** A contact as the CRM gives it; what it does not know is null. */
export type Contact = Readonly<Record<string, unknown>> & { readonly id: string };

const owners = ['Marta Lund', 'Jonas Feld', 'Chloé Girard', 'Piotr Zawadzki', 'Elin Berg', 'Tom Hardcastle', 'Rosa Vidal'];
const models = [
  { type: 'churn_risk', model: 'churn-trees', version: '2026.1', top: 1, places: 3 },
  { type: 'clv_historic', model: 'ledger-sum', version: '3', top: 20_000, places: 2 },
  { type: 'clv_predicted', model: 'clv-gamma', version: '2025.4', top: 30_000, places: 2 },
  { type: 'propensity', model: 'upsell-logit', version: '7', top: 1, places: 3 },
  { type: 'health', model: 'health-rules', version: '2', top: 100, places: 0 },
];

/** The CRM's row of a person. */
export function contactOf({ person, copy }: Entry, now: number): Contact {
  const draw = drawFor('contact', person.index);
  const { country, familyName } = person.home;
  const showcase = person.index === 0;
  const withLinkedin = showcase || draw.chance(0.3);
  const verifiedAt = person.createdAt + draw.between(1, 3 * 24 * 60) * 60_000;
  const owner = draw.pick(owners);
  return {
    id: copy.id,
    customer_number: copy.number ?? null,
    kind: person.kind,
    first_name: person.givenName,
    last_name: familyName,
    salutation: person.salutation ?? null,
    birth_date: person.birthDate ?? null,
    gender: person.gender ?? null,
    language: person.language,
    time_zone: country.timeZone,
    job_title: person.jobTitle ?? null,
    company: person.organization ?? null,
    email: copy.email ?? null,
    email_verified_at: copy.email !== undefined && copy.emailVerified ? instantText(verifiedAt) : null,
    phone: copy.phone ?? null,
    mobile_phone: person.mobilePhone === undefined ? null : internationalPhone(person.mobilePhone, country),
    address: addressOf(person) ?? null,
    linkedin: withLinkedin ? `https://linkedin.example/in/${person.email.split('@')[0] ?? ''}` : null,
    segments: person.segments,
    scores: scoresOf(person.index, now),
    email_consent: emailConsentOf(person) ?? null,
    email_consent_at: emailConsentOf(person) === undefined ? null : instantText(person.createdAt + day),
    lifecycle_stage: person.lifecycleStage,
    created_at: instantText(person.createdAt),
    updated_at: instantText(person.updatedAt),
    owner: showcase || draw.chance(0.8) ? owner : null,
  };
}

/** What a person said when she was asked whether she wants marketing by e-mail; some never were. */
export function emailConsentOf({ index, segments }: Person): 'granted' | 'denied' | 'withdrawn' | undefined {
  if (segments.includes('newsletter')) return 'granted';
  const part = drawFor('email-consent', index).unit();
  return part < 0.65 ? 'granted' : part < 0.78 ? 'denied' : part < 0.85 ? 'withdrawn' : undefined;
}

/** The address the CRM has of a person; for some it has none. */
export function addressOf({ index, home }: Person): Address | undefined {
  if (index !== 0 && drawFor('address', index).chance(0.07)) return undefined;
  const { city, region } = home.place;
  return { street: home.street, postal_code: home.postalCode, city, region, country: home.country.code };
}

// The models run once a week, in the night before Monday.
function scoresOf(index: number, now: number): readonly unknown[] {
  const draw = drawFor('scores', index);
  const monday = Math.floor((now / day - 4) / 7) * 7 + 4;
  return models
    .filter(() => draw.chance(0.6) || index === 0)
    .map(({ type, model, version, top, places }) => {
      const part = draw.unit();
      return {
        type,
        value: Number((part * top).toFixed(places)),
        band: part < 0.33 ? 'low' : part < 0.66 ? 'medium' : 'high',
        model,
        model_version: version,
        computed_at: instantText(monday * day + 3 * hour),
      };
    });
}
