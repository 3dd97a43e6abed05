import type { Random } from './random.ts';
import type { Person, World } from './world.ts';

/** By which names customers of a world can be asked for. */
export interface Keys {
  readonly world: World;
  /** The gateway's ids of those who are stored. */
  readonly ids: ReadonlyMap<Person, string>;
  /** Whether e-mail addresses and phone numbers are used. */
  readonly byAddress: boolean;
}

/** Exactly one member, as the input wants it. */
export type Key = Readonly<Record<string, unknown>>;

/** A name of somebody, mostly; sometimes of nobody. */
export function someKey(random: Random, { world: { people }, ids, byAddress }: Keys): Key {
  const person = random.maybe(people);
  if (person === undefined || random.chance(0.06)) return random.pick<Key>([{ number: 'nobody' }, { email: 'nobody@mail.example' }, { id: 'nobody' }, { external: { namespace: 'crm', value: 'nobody' } }]);
  const { number, records: { crm, billing, desk } } = person;
  const [id, email, phone] = [ids.get(person), random.maybe([crm?.['email'], billing?.['email']]), random.maybe([crm?.['phone'], desk?.['phone']])];
  const record = random.maybe(Object.entries(person.records));
  return random.pick<() => Key>([
    () => ({ number }),
    () => ({ number }),
    () => (id === undefined ? { number } : { id }),
    () => (typeof email === 'string' && byAddress ? { email: random.chance(0.3) ? email.toUpperCase() : email } : { number }),
    () => (typeof phone === 'string' && byAddress ? { phone } : { number }),
    () => (record === undefined ? { number } : { external: { namespace: record[0], value: record[1].id } }),
  ])();
}

/** Several, of whom some may be the same. */
export function someKeys(random: Random, keys: Keys): readonly Key[] {
  return Array.from({ length: random.int(5) }, () => someKey(random, keys));
}

/** What `customers` is asked with. */
export function someListArguments(random: Random, { world: { people } }: Keys): Readonly<Record<string, unknown>> {
  const crm = random.maybe(people)?.records.crm;
  const segment = random.maybe((crm?.['segments'] ?? []) as readonly string[]);
  const { city } = (crm?.['address'] ?? {}) as { readonly city?: string };
  return {
    ...(random.chance(0.8) ? { first: random.pick([1, 2, 3, 5, 20]) } : {}),
    ...(random.chance(0.25) ? { where: { ...(segment === undefined ? {} : { segment }), ...(city !== undefined && (segment === undefined || random.chance(0.3)) ? { city } : {}) } } : {}),
    ...(random.chance(0.3) ? { orderBy: { field: random.pick(['SINCE', 'NAME']), direction: random.pick(['ASC', 'DESC']) } } : {}),
  };
}
