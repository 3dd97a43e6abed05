import { dateText, day } from './calendar.ts';
import { countries, type Country, type Place } from './countries.ts';
import { drawFor, type Draw } from './random.ts';
import { ascii } from './spelling.ts';

/** All of a person that does not depend on a system. */
export interface Basics {
  /** Everything about a person follows from this number. */
  readonly index: number;
  /** The customer number; outsiders have none. */
  readonly number: string | undefined;
  readonly kind: 'person' | 'organization';
  readonly givenName: string;
  readonly gender: 'female' | 'male' | 'diverse' | undefined;
  readonly salutation: string | undefined;
  /** YYYY-MM-DD. */
  readonly birthDate: string | undefined;
  readonly language: string;
  readonly home: Home;
  readonly email: string;
  /** A national number, without the country's code. */
  readonly mobilePhone: string | undefined;
  readonly jobTitle: string | undefined;
  readonly organization: string | undefined;
  readonly segments: readonly string[];
  readonly lifecycleStage: string;
  /** Milliseconds since the epoch; between 2016 and 2025. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What the people of one household have in common. */
export interface Home {
  readonly country: Country;
  readonly place: Place;
  readonly street: string;
  readonly postalCode: string;
  readonly familyName: string;
  /** A national number, without the country's code. */
  readonly phone: string;
}

/** The index from which on people are outsiders: known to billing or support alone, and to no CRM. */
export const firstOutsider = 10_000;

const opening = Date.UTC(2016, 0, 4);
const lastNewcomer = Date.UTC(2025, 11, 31);
const residents = countries.flatMap((country) => Array.from({ length: country.share }, () => country));
const mailHosts = ['post.example', 'mail.example', 'inbox.example', 'letters.example'];
const jobTitles = [
  'Architect', 'Head of Procurement', 'Nurse', 'Teacher', 'Software Developer', 'Electrician', 'Office Manager', 'Physician', 'Chef',
  'Managing Director', 'Controller', 'Researcher', 'Tax Adviser', 'Photographer', 'Logistics Planner', 'Translator',
];
const firms = [
  'Nordwind', 'Alba', 'Kestrel', 'Fjordlys', 'Quartier 9', 'Sankt Florian', 'Bellavista', 'Tre Kronor', 'Oakfield', 'Mariposa', 'Zephyr',
];
const trades = ['Logistics', 'Bau', 'Consulting', 'Design', 'Energy', 'Foods', 'Medical', 'Optics', 'Textiles'];
const segments = ['newsletter', 'vip', 'loyal', 'at-risk', 'business', 'win-back', 'early-adopter', 'price-sensitive'];
const stages = ['lead', 'customer', 'customer', 'customer', 'loyal', 'loyal', 'at_risk', 'churned'];

/** What is true of the person of an index, whatever the systems wrote down. */
export function basicsAt(index: number): Basics {
  return index === 0 ? showcase() : drawn(index);
}

function drawn(index: number): Basics {
  const home = homeAt(sharesHome(index) ? index - 1 : index);
  const draw = drawFor('person', index);
  const { gender, givenName } = bodyAt(index, home.country);
  const [toWomen, toMen] = home.country.salutations;
  const createdAt = opening + Math.floor(draw.unit() * (lastNewcomer - opening));
  const organization = draw.chance(0.35) ? `${draw.pick(firms)} ${draw.pick(trades)} ${home.country.legalForm}` : undefined;
  return {
    index,
    number: index < firstOutsider ? String(10_001 + index) : undefined,
    kind: organization !== undefined && draw.chance(0.08) ? 'organization' : 'person',
    givenName,
    gender: draw.chance(0.03) ? undefined : gender,
    salutation: gender === 'diverse' || draw.chance(0.1) ? undefined : gender === 'female' ? toWomen : toMen,
    birthDate: draw.chance(0.06) ? undefined : dateText(Date.UTC(1938, 0, 1) + draw.between(0, 25_200) * day),
    language: draw.chance(0.9) ? (home.country.languages[0] ?? 'en') : draw.pick(home.country.languages),
    home,
    email: sharesEmail(index) ? emailAt(index - 1, home, bodyAt(index - 1, home.country).givenName) : emailAt(index, home, givenName),
    mobilePhone: draw.chance(0.6) ? draw.fill(home.country.phone.mobile) : undefined,
    jobTitle: draw.chance(0.7) ? draw.pick(jobTitles) : undefined,
    organization,
    segments: [...new Set(Array.from({ length: draw.between(0, 3) }, () => draw.pick(segments)))],
    lifecycleStage: draw.pick(stages),
    createdAt,
    updatedAt: createdAt + Math.floor(draw.unit() * (lastNewcomer - createdAt)),
  };
}

function homeAt(index: number): Home {
  const draw = drawFor('home', index);
  const country = draw.pick(residents);
  const place = draw.pick(country.places);
  const street = draw.pick(country.streets);
  const house = draw.between(1, 180);
  return {
    country,
    place,
    street: country.numberFirst ? `${house} ${street}` : `${street} ${house}`,
    postalCode: draw.fill(place.postcode),
    familyName: draw.pick(country.family),
    phone: draw.fill(draw.chance(0.3) ? country.phone.landline : country.phone.mobile),
  };
}

function bodyAt(index: number, country: Country): { readonly gender: 'female' | 'male' | 'diverse'; readonly givenName: string } {
  const draw = drawFor('body', index);
  const gender = draw.chance(0.02) ? 'diverse' : draw.chance(0.51) ? 'female' : 'male';
  return { gender, givenName: draw.pick(nameList(draw, gender, country)) };
}

function nameList(draw: Draw, gender: string, country: Country): readonly string[] {
  if (gender === 'diverse') return draw.chance(0.5) ? country.female : country.male;
  return gender === 'female' ? country.female : country.male;
}

// The index in the local part keeps addresses of namesakes apart: only who is meant to share one does.
function emailAt(index: number, home: Home, givenName: string): string {
  const host = drawFor('mail', index).pick(mailHosts);
  return `${localPart(givenName, home.country)}.${localPart(home.familyName, home.country)}${index + 1}@${host}`;
}

function localPart(name: string, country: Country): string {
  return ascii(name, country).toLowerCase().replace(/[^a-z]/g, '');
}

// No two neighbours in a row: who shares her neighbour's home must find one who has a home of her own.
function sharesHome(index: number): boolean {
  return index % 50 === 27;
}

function sharesEmail(index: number): boolean {
  return index % 400 === 27;
}

/** Customer 10001: every field is set and every system agrees. */
function showcase(): Basics {
  const country = countries.find((each) => each.code === 'DE');
  const place = country?.places[0];
  if (country === undefined || place === undefined) throw new Error('no place in Germany');
  return {
    index: 0,
    number: '10001',
    kind: 'person',
    givenName: 'Käthe',
    gender: 'female',
    salutation: 'Frau',
    birthDate: '1984-05-17',
    language: 'de-DE',
    home: { country, place, street: 'Lindenstraße 12', postalCode: '10969', familyName: 'Krüger', phone: '15121234567' },
    email: 'kaethe.krueger@post.example',
    mobilePhone: '15127654321',
    jobTitle: 'Architect',
    organization: 'Nordwind Design GmbH',
    segments: ['newsletter', 'vip', 'loyal'],
    lifecycleStage: 'loyal',
    createdAt: Date.UTC(2021, 2, 9, 10, 24),
    updatedAt: Date.UTC(2025, 10, 18, 15, 2),
  };
}
