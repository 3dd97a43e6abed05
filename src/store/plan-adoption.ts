import { customerId, type CustomerId } from '../ids.ts';
import type { Adoption, LinkedCustomer, LinkName, NewLink, Person } from './links.ts';

/** What an engine has to store, in the order in which it was decided. */
export interface AdoptionPlan {
  /** One per person, in order. */
  readonly outcomes: readonly Adoption[];
  readonly minted: readonly CustomerId[];
  readonly links: readonly { readonly customer: CustomerId; readonly minted: boolean; readonly link: NewLink }[];
}

/** A customer as she will be after the persons so far. */
interface Holder {
  readonly id: CustomerId;
  readonly minted: boolean;
  readonly namespaces: Set<string>;
  readonly barred: ReadonlySet<string>;
}

/** Decides by the law of `LinkStore.adopt`, for every engine. `found` has what is stored under each name of each person, in order. */
export function planAdoption(input: {
  readonly persons: readonly Person[];
  readonly found: readonly (LinkedCustomer | undefined)[];
  readonly newId: () => string;
}): AdoptionPlan {
  const { persons, found, newId } = input;
  const owners = ownersOf(persons, found);
  const outcomes: Adoption[] = [];
  const minted: CustomerId[] = [];
  const links: AdoptionPlan['links'][number][] = [];

  for (const person of persons) {
    const known = new Set(person.flatMap((link) => owners.get(textOf(link)) ?? []));
    const [first, ...others] = known;
    const holder = first ?? { id: customerId(newId()), minted: true, namespaces: new Set<string>(), barred: new Set<string>() };
    const added = person.filter((link) => !owners.has(textOf(link)));
    const refusal = others.length > 0 ? { reason: 'SEVERAL_CUSTOMERS' as const, name: nameOf(person[0]) } : refusalOf(holder, added);
    if (refusal !== undefined) {
      outcomes.push({ kind: 'refused', ...refusal, customers: [...known].map(({ id }) => id) });
      continue;
    }
    for (const link of added) {
      owners.set(textOf(link), holder);
      holder.namespaces.add(link.namespace);
      links.push({ customer: holder.id, minted: holder.minted, link });
    }
    if (first === undefined) minted.push(holder.id);
    outcomes.push({ kind: 'adopted', customer: holder.id, minted: first === undefined, added: added.length });
  }
  return { outcomes, minted, links };
}

function ownersOf(persons: readonly Person[], found: readonly (LinkedCustomer | undefined)[]): Map<string, Holder> {
  const holders = new Map<CustomerId, Holder>();
  const owners = new Map<string, Holder>();
  let place = 0;
  for (const person of persons) {
    for (const link of person) {
      const customer = found[place];
      place += 1;
      if (customer === undefined) continue;
      const holder = holders.get(customer.id) ?? holderOf(customer);
      holders.set(customer.id, holder);
      owners.set(textOf(link), holder);
    }
  }
  return owners;
}

function holderOf({ id, members }: LinkedCustomer): Holder {
  return {
    id,
    minted: false,
    namespaces: new Set(members.flatMap(({ links }) => links.map(({ namespace }) => namespace))),
    barred: new Set(members.flatMap(({ barred }) => barred.map(textOf))),
  };
}

function refusalOf(holder: Holder, added: readonly NewLink[]): { readonly reason: 'HAS_ANOTHER_KEY' | 'BARRED'; readonly name: LinkName } | undefined {
  const taken = new Set(holder.namespaces);
  for (const link of added) {
    if (taken.has(link.namespace)) return { reason: 'HAS_ANOTHER_KEY', name: nameOf(link) };
    if (holder.barred.has(textOf(link))) return { reason: 'BARRED', name: nameOf(link) };
    taken.add(link.namespace);
  }
  return undefined;
}

/** No namespace contains a NUL: they are names of sources and addresses of issuers. */
function textOf({ namespace, value }: LinkName): string {
  return `${namespace}\u0000${value}`;
}

function nameOf({ namespace, value }: LinkName): LinkName {
  return { namespace, value };
}
