import type { Copy } from './copies.ts';
import { copyId, type System } from './ids.ts';
import { indexes, type People, type Person } from './people.ts';
import { caseless, phoneDigits } from './spelling.ts';

/** A person and how the system whose directory it is knows her. */
export interface Entry {
  readonly person: Person;
  readonly copy: Copy;
}

/** Who one system knows, found by what that system has written down. Answers are in the order of the people's indexes. */
export interface Directory {
  byIds(ids: readonly string[]): readonly Entry[];
  byNumbers(numbers: readonly string[]): readonly Entry[];
  /** Case does not matter. */
  byEmails(emails: readonly string[]): readonly Entry[];
  /** Only the digits matter. */
  byPhones(phones: readonly string[]): readonly Entry[];
  /** Everyone. */
  all(): readonly Entry[];
}

/** The directory of one system. Its tables are made when they are first needed. */
export function directoryOf(system: System, people: People): Directory {
  const all = once(() => people.all().flatMap((person) => entriesOf(person, system)));
  const ids = once(() => new Map(indexes(people.customers, people.outsiders).map((index) => [copyId(system, index), index] as const)));
  const numbers = once(() => tableOf(all(), ({ copy }) => copy.number));
  const emails = once(() => tableOf(all(), ({ copy }) => copy.email && caseless(copy.email)));
  const phones = once(() => tableOf(all(), ({ copy }) => copy.phone && phoneDigits(copy.phone)));
  return {
    byIds: (wanted) => sorted(wanted.flatMap((id) => entriesOf(people.at(ids().get(id) ?? -1), system))),
    byNumbers: (wanted) => sorted(wanted.flatMap((number) => numbers().get(number) ?? [])),
    byEmails: (wanted) => sorted(wanted.flatMap((email) => emails().get(caseless(email)) ?? [])),
    byPhones: (wanted) => sorted(wanted.flatMap((phone) => phones().get(phoneDigits(phone)) ?? [])),
    all,
  };
}

function entriesOf(person: Person | undefined, system: System): readonly Entry[] {
  const copy = person?.copies[system];
  return person === undefined || copy === undefined ? [] : [{ person, copy }];
}

function tableOf(entries: readonly Entry[], keyOf: (entry: Entry) => string | undefined): ReadonlyMap<string, readonly Entry[]> {
  const table = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key === undefined) continue;
    const others = table.get(key);
    if (others === undefined) table.set(key, [entry]);
    else others.push(entry);
  }
  return table;
}

// Real systems answer in an order of their own: who matches keys by position is found out here.
function sorted(entries: readonly Entry[]): readonly Entry[] {
  const unique = new Map(entries.map((entry) => [entry.person.index, entry] as const));
  return [...unique.values()].sort((a, b) => a.person.index - b.person.index);
}

function once<Value extends object>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}
