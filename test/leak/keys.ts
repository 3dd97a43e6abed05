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

/** An id of somebody who is stored, mostly. */
export function someId(random: Random, { world: { people }, ids }: Keys): string {
  const person = random.maybe(people);
  return (person === undefined ? undefined : ids.get(person)) ?? 'nobody';
}

/** What a router sends for somebody, mostly; sometimes what names nobody, or two who need not be the same. */
export function someRepresentation(random: Random, keys: Keys): Readonly<Record<string, unknown>> {
  const number = random.chance(0.06) ? 'nobody' : random.maybe(keys.world.people)?.number ?? 'nobody';
  return random.pick<() => Readonly<Record<string, unknown>>>([
    () => ({ __typename: 'Customer', number }),
    () => ({ __typename: 'Customer', number }),
    () => ({ __typename: 'Customer', id: someId(random, keys) }),
    () => ({ __typename: 'Customer', id: someId(random, keys) }),
    () => ({ __typename: 'Customer', number, id: random.pick<unknown>([someId(random, keys), null, 7, [someId(random, keys)]]) }),
    () => random.pick<Readonly<Record<string, unknown>>>([{ number }, { __typename: 'Customer' }, { __typename: 'Order', number }, { __typename: 'Customer', email: 'nobody@mail.example', external: { namespace: 'crm', value: number } }]),
  ])();
}

/** The key by which a representation names somebody: of id and number the first that is a text. Undefined where it names nobody. */
export function keyOf(representation: Readonly<Record<string, unknown>>): Key | undefined {
  const name = ['id', 'number'].find((one) => typeof representation[one] === 'string');
  return representation['__typename'] !== 'Customer' || name === undefined ? undefined : { [name]: representation[name] };
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
