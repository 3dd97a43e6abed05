import type { Asker } from './callers.ts';
import { kept, placesOf, searchedBy, tellsSources, waysToValues, type Way } from './exposed.ts';
import { knownOf, type Known } from './known.ts';
import { openMint, type Mint } from './markers.ts';
import type { Random } from './random.ts';
import { permits, type Action } from './rules.ts';
import type { SchemaText } from './schema-text.ts';
import { aRelation, anObjection } from '../fixtures/facts.ts';
import { sourceNames, type Person, type Row, type World } from './world.ts';

const ways = waysToValues();

/**
 * Another world, that differs only in what the caller is denied: values, whether there are any, how many rows there are, which facts
 * are recorded, and whether somebody whom she may not see is there at all.
 */
export function makeTwin(random: Random, { world, asker, text, now }: { readonly world: World; readonly asker: Asker; readonly text: SchemaText; readonly now: number }): World {
  // Markers of worlds that are never made.
  const mint = openMint(500_000 + world.index * 2048);
  const people = world.people.flatMap((person): readonly Person[] => {
    const known = knownOf(person, now);
    const may = (action: Action, field: string, of?: Known): boolean =>
      permits({ asker, action, field, dataClass: text.dataClass(field) ?? '', known: of, selected: new Set() });
    const { numbers, kind, audience } = asker;
    const meets = numbers === undefined || numbers.includes(person.number) || (kind === 'partner' && known.partners.has(audience));
    if (!meets || !may('see', 'Customer.id', known)) return random.chance(0.6) ? [] : [changed(person, { random, mint, told: () => false, searched: () => true })];
    const reads = (way: Way): boolean => way.every((field) => may('read', field, known));
    const twin = changed(person, { random, mint, told: (place) => ways.get(place)?.some(reads) === true, searched: (place) => searchedBy[place]?.some(([action, field]) => may(action, field)) === true });
    return [withMore(withoutSources(twin, { random, may, known, reads }), { random, asker, reads, mint })];
  });
  return { ...world, people };
}

/**
 * Whether everybody who is there in both has the same records. Where a record is not there, it is looked for by what the others say of
 * her, so that another number of records makes another number of calls.
 */
export function sameRecords(world: World, twin: World): boolean {
  return twin.people.every(({ number, records }) => {
    const other = world.people.find((person) => person.number === number);
    return other === undefined || Object.keys(other.records).join() === Object.keys(records).join();
  });
}

interface Change {
  readonly random: Random;
  readonly mint: Mint;
  readonly told: (place: string) => boolean;
  readonly searched: (place: string) => boolean;
}

function changed(person: Person, change: Change): Person {
  const { random, mint, told } = change;
  const { records, rows } = person;
  const row = (one: Row, place: string): Row => changedValue(one, place, change) as Row;
  const some = (list: readonly Row[], place: string, again: (one: Row) => Row): readonly Row[] => {
    const all = list.map((one) => row(one, place));
    if (told(place)) return all;
    const [first] = all;
    return random.chance(0.5) ? all.slice(1) : first === undefined ? all : [...all, again(first)];
  };
  const renamed = (one: Row): Row => ({ ...one, id: mint.text() });
  return {
    ...person,
    records: Object.fromEntries(Object.entries(records).map(([source, one]) => [source, row(one, source)])),
    rows: {
      invoices: some(rows.invoices, 'invoices', renamed),
      tickets: some(rows.tickets, 'tickets', renamed),
      comments: new Map([...rows.comments].map(([ticket, list]) => [ticket, some(list, 'comments', renamed)])),
    },
  };
}

/** The same value where it is told or searched by, else another one or none. */
function changedValue(value: unknown, place: string, change: Change): unknown {
  const { random, mint, told, searched } = change;
  if (kept.has(place.split('.').at(-1) ?? '') || place.startsWith('crm.survey') || told(place) || searched(place)) return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'object')) {
    const items = value.map((item: unknown) => changedValue(item, place, change));
    return told(place) || random.chance(0.4) ? items : items.slice(1);
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changedValue(inner, `${place}.${name}`, change)]));
  }
  if (random.chance(0.3)) return null;
  return other(value, mint);
}

function other(value: unknown, mint: Mint): unknown {
  if (Array.isArray(value)) return [mint.text()];
  if (typeof value === 'number') return mint.int();
  if (typeof value !== 'string') return value;
  if (value.includes('@')) return mint.email();
  if (value.startsWith('+')) return mint.phone();
  if (value.startsWith('https:')) return mint.url();
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return mint.instant();
  return /^\d{4}-/.test(value) ? mint.date() : mint.text();
}

/** Without her record in a source of which nothing is told or searched by, not even whether it knows her. */
function withoutSources(person: Person, { random, may, known, reads }: {
  readonly random: Random;
  readonly may: (action: Action, field: string, of?: Known) => boolean;
  readonly known: Known;
  readonly reads: (way: Way) => boolean;
}): Person {
  if (tellsSources.some((field) => may('read', field, known)) || may('lookup', 'Identity.value')) return person;
  const searched = Object.entries(searchedBy).filter(([, rights]) => rights.some(([action, field]) => may(action, field))).map(([place]) => place);
  const silent = sourceNames.filter((source) => source !== 'crm' && !searched.some((place) => place.startsWith(`${source}.`)) && placesOf(source).every((start) => ![...ways].some(([place, all]) => place.startsWith(start) && all.some(reads))));
  const gone = silent.filter((source) => Object.keys(person.records).length > 1 && person.records[source] !== undefined && random.chance(0.4));
  return gone.slice(0, 1).reduce((one, source) => ({ ...one, records: Object.fromEntries(Object.entries(one.records).filter(([name]) => name !== source)) }), person);
}

/** With facts that decide nothing for this caller, where she may not read them. */
function withMore(person: Person, { random, asker, reads, mint }: { readonly random: Random; readonly asker: Asker; readonly reads: (way: Way) => boolean; readonly mint: Mint }): Person {
  if (['Customer.consents', 'Customer.objections', 'Customer.restrictions', 'Customer.consentHistory', 'Customer.relations'].some((field) => reads([field]))) return person;
  const purpose = asker.purpose === 'risk.fraud' ? 'risk.screening' : 'risk.fraud';
  const at = Math.max(0, ...person.facts.map((fact) => fact.at)) + 1;
  const more = [anObjection({ at, purpose, source: 'shop', evidence: mint.text() }), aRelation({ at, relation: 'REGION', party: 'west' }), aRelation({ at, party: 'initech' })];
  return { ...person, facts: [...person.facts.map((fact) => ({ ...fact, evidence: mint.text() })), ...random.some(more, 0.5)] };
}
