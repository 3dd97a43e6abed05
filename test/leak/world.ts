import type { Fact } from '../../src/store/facts.ts';
import type { Cast } from './cast.ts';
import { someFaults, type Fault } from './faults.ts';
import { openMint, type Mint } from './markers.ts';
import type { Random } from './random.ts';

export const sourceNames = ['crm', 'billing', 'desk'] as const;
export type SourceName = (typeof sourceNames)[number];

/** A record as a source has it: more than any mapping knows. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** One customer, as whoever knows everything sees her. */
export interface Person {
  readonly number: string;
  /** Her record in each source that has one; what lies below it is under the name of its rows. */
  readonly records: Readonly<Partial<Record<SourceName, Row>>>;
  readonly rows: { readonly invoices: readonly Row[]; readonly tickets: readonly Row[]; readonly comments: ReadonlyMap<string, readonly Row[]> };
  /** True when the store has her links; otherwise nobody has met her yet, and nothing is recorded of her. */
  readonly stored: boolean;
  readonly facts: readonly Fact[];
  readonly faults: Readonly<Partial<Record<SourceName, Fault>>>;
}

/** A handful of customers in three sources. */
export interface World {
  readonly index: number;
  readonly people: readonly Person[];
  /** Whether any source fails. */
  readonly faulty: boolean;
}

/** More than a world has. */
const markersOfWorld = 8192;

/** Makes the world of that index; no two worlds share a marker. */
export function makeWorld(random: Random, { index, faulty, cast, strangers = true }: {
  readonly index: number;
  readonly faulty: boolean;
  readonly cast: Cast;
  /** Whether there are customers whom nobody has met yet. */
  readonly strangers?: boolean;
}): World {
  const mint = openMint(index * markersOfWorld);
  const people = Array.from({ length: 5 + random.int(3) }, () => makePerson(random, mint, { faulty, cast, strangers }));
  return { index, people, faulty };
}

function makePerson(random: Random, mint: Mint, { faulty, cast, strangers }: { readonly faulty: boolean; readonly cast: Cast; readonly strangers: boolean }): Person {
  const number = mint.text();
  const stored = !strangers || random.chance(0.85);
  const has = { crm: random.chance(0.95), billing: random.chance(0.85), desk: random.chance(0.85) };
  const alone = !has.crm && !has.billing && !has.desk;
  const billing = account(random, mint, number);
  const desk = requester(random, mint, number);
  const tickets = Array.from({ length: random.int(4) }, () => ticket(random, mint, desk.id));
  return {
    number, stored,
    records: { ...(has.crm || alone ? { crm: contact(random, mint, number) } : {}), ...(has.billing ? { billing } : {}), ...(has.desk ? { desk } : {}) },
    rows: {
      invoices: has.billing ? Array.from({ length: random.int(5) }, () => invoice(random, mint, billing.id)) : [],
      tickets: has.desk ? tickets : [],
      comments: new Map(tickets.map(({ id }) => [id, Array.from({ length: random.int(3) }, () => comment(mint, id))])),
    },
    facts: stored ? random.pick(cast.facts).map((fact) => ({ ...fact, evidence: mint.text() })) : [],
    faults: faulty ? someFaults(random) : {},
  };
}

function contact(random: Random, mint: Mint, number: string): Row {
  const or = <Value>(value: Value, probability = 0.85): Value | null => (random.chance(probability) ? value : null);
  return {
    id: mint.text(), number, kind: 'person', stage: mint.text(), since: mint.date(), email: or(mint.email()), email_verified_at: or(mint.instant()),
    phone: or(mint.phone()), mobile: or(mint.phone()), mobile_label: mint.text(), segments: [mint.text(), mint.text()].slice(random.int(3)),
    scores: Array.from({ length: random.int(3) }, () => ({ type: 'health', value: mint.int(), band: mint.text(), computed_at: mint.instant(), secret: mint.text() })),
    first_name: mint.text(), last_name: or(mint.text()), birth_date: or(mint.date()), job: or(mint.text()), company: mint.text(),
    address: { street: or(mint.text()), city: mint.text(), postal_code: mint.text(), region: mint.text(), secret: mint.text() },
    handle: or(mint.text()), url: mint.url(), updated_at: mint.instant(), secret: mint.text(),
    ...(random.pick<Readonly<Record<string, unknown>>>([
      { survey: null }, { survey: 'granted', survey_at: '2026-01-02T03:04:05Z' }, { survey: 'granted', survey_at: '2026-01-02T03:04:05Z' },
      { survey: 'denied', survey_at: '2026-01-02T03:04:05Z' }, { survey: 'granted', survey_until: '2026-01-02T03:04:05Z' }, { survey: 'perhaps' },
    ])),
  };
}

function account(random: Random, mint: Mint, number: string): Row {
  return {
    id: mint.text(), customer_number: number, email: random.chance(0.7) ? mint.email() : null, currency: 'EUR', balance: mint.int(), revenue: mint.int(),
    delinquent: random.chance(0.5), last_payment_at: mint.instant(), created_at: mint.instant(), secret: mint.text(), credit: { limit: mint.int() },
  };
}

function invoice(random: Random, mint: Mint, owner: string): Row {
  return {
    id: mint.text(), account: owner, number: mint.text(), state: random.pick(['open', 'paid']), issued: mint.date(), currency: 'EUR', total: mint.int(),
    pdf: mint.url(), created_at: mint.instant(), secret: mint.text(),
    lines: Array.from({ length: random.int(3) }, () => ({ description: mint.text(), price: mint.int(), secret: mint.text() })),
  };
}

function requester(random: Random, mint: Mint, number: string): Row {
  return {
    id: mint.text(), external_id: number, phone: random.chance(0.7) ? mint.phone() : null, phone_verified_at: mint.instant(), secret: mint.text(),
    care: random.chance(0.7) ? { need: mint.text(), since: mint.date(), secret: mint.text() } : null,
  };
}

function ticket(random: Random, mint: Mint, owner: string): Row {
  return {
    id: mint.text(), requester: owner, subject: mint.text(), description: mint.text(), state: random.pick(['open', 'closed']), secret: mint.text(),
    assignee: { name: mint.text(), secret: mint.text() }, tags: [mint.text(), mint.text()].slice(random.int(3)), created_at: mint.instant(), reopens: mint.int(), url: mint.url(),
  };
}

function comment(mint: Mint, owner: string): Row {
  return { id: mint.text(), ticket: owner, body: mint.text(), author: mint.text(), created_at: mint.instant(), secret: mint.text() };
}

/** All that lies in the sources of a world, with whose it is and where. */
export function* valuesOf({ people }: World): Generator<{ readonly place: string; readonly value: unknown }> {
  for (const [index, { records, rows, facts }] of people.entries()) {
    for (const { kind, evidence } of facts) yield { place: `customer ${index}, evidence of ${kind}`, value: evidence };
    for (const [source, row] of Object.entries(records)) yield* leavesOf(row, `customer ${index}, ${source}`);
    for (const row of rows.invoices) yield* leavesOf(row, `customer ${index}, billing invoice`);
    for (const row of rows.tickets) yield* leavesOf(row, `customer ${index}, desk ticket`);
    for (const row of [...rows.comments.values()].flat()) yield* leavesOf(row, `customer ${index}, desk comment`);
  }
}

function* leavesOf(value: unknown, place: string): Generator<{ readonly place: string; readonly value: unknown }> {
  if (value === null || typeof value !== 'object') yield { place, value };
  // What she said of surveys, and when, is the same for many.
  else for (const [name, inner] of Object.entries(value)) if (!name.startsWith('survey')) yield* leavesOf(inner, `${place}.${name}`);
}
