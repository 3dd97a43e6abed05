import { customerId, type CustomerId } from '../../ids.ts';
import type { Claim } from '../links.ts';
import { StoreFailure } from '../../errors.ts';
import { attachAll, type Attachment } from './attach.ts';
import { idOf, linkDocument, newCustomer } from './documents.ts';
import { missingAmong } from './missing-among.ts';
import { anyOf, findAmong, removeIds } from './table.ts';
import type { Tables } from './tables.ts';

/** A claim with its place in the call. */
interface Placed {
  readonly place: number;
  readonly claim: Claim;
}

interface Owned extends Placed {
  readonly customer: CustomerId;
  readonly minted: boolean;
}

/** How often in a row a name may turn out to be somebody's and then nobody's. */
const patience = 10;

/**
 * Settles claims in waves, each of a few round trips whatever its size, and gives the owner of each claim. Claims of one call
 * that share a name come in waves one after the other, so that the later ones see what came of those before.
 */
export async function settleClaims(tables: Tables, claims: readonly Claim[], deps: { readonly clock: () => number; readonly newId: () => string }): Promise<readonly CustomerId[]> {
  await checkMembers(tables, claims.flatMap(({ member }) => member ?? []));
  const owners = new Map<number, CustomerId>();
  let losses = 0;
  for (let waiting: readonly Placed[] = claims.map((claim, place) => ({ claim, place })); waiting.length > 0;) {
    const { wave, later } = nextWave(waiting);
    const { settled, lost } = await settleWave(tables, wave, deps);
    for (const { place, customer } of settled) owners.set(place, customer);
    losses = settled.length > 0 ? 0 : losses + 1;
    if (losses > patience) throw new StoreFailure('names kept changing hands while they were claimed');
    waiting = [...lost, ...later];
  }
  return claims.map((_, place) => owners.get(place) ?? customerId(''));
}

/** All members that are named must exist; nothing is written before that is known. */
export async function checkMembers(tables: Tables, members: readonly CustomerId[]): Promise<void> {
  const missing = (await missingAmong(tables, members)).size;
  if (missing > 0) throw new StoreFailure(`${missing} of the ${new Set(members).size} customers that were named do not exist`);
}

function nextWave(waiting: readonly Placed[]): { readonly wave: readonly Placed[]; readonly later: readonly Placed[] } {
  const taken = new Set<string>();
  const { wave = [], later = [] } = Object.groupBy(waiting, ({ claim }) => {
    const names = claim.links.map(nameOf);
    const group = names.some((name) => taken.has(name)) ? 'later' : 'wave';
    for (const name of names) taken.add(name);
    return group;
  });
  return { wave, later };
}

/**
 * New customers are written first, then the first name of each: who loses that name to another process is removed before
 * anything else could be hers, and the claim is settled anew, for the winner. Only then come the other names.
 *
 * A crash after the first step leaves customers whom no name leads to; one after the second leaves customers without their
 * other names, which the next claim of the same attaches.
 */
async function settleWave(tables: Tables, wave: readonly Placed[], { clock, newId }: { readonly clock: () => number; readonly newId: () => string }): Promise<{
  readonly settled: readonly Owned[];
  readonly lost: readonly Placed[];
}> {
  const now = clock();
  const found = await findAmong(tables.link, '_id', [...new Set(wave.flatMap(({ claim }) => claim.links.map(nameOf)))]);
  const ownerOf = new Map(found.map(({ _id, customer }) => [_id, customer]));
  const all = wave.map((one): Owned => {
    const customer = one.claim.member ?? ownerOf.get(nameOf(one.claim.links[0]));
    return { ...one, customer: customer ?? customerId(newId()), minted: customer === undefined };
  });
  const minted = all.filter((one) => one.minted);
  if ((await tables.customer.insert(minted.map(({ customer }) => newCustomer(customer, now)))).size > 0) throw new StoreFailure('a new id is not new');
  const refused = await tables.link.insert(minted.map(({ customer, claim }) => linkDocument(customer, claim.links[0], { first: now, last: now })));
  const lost = new Set(minted.filter((_, at) => refused.has(at)));
  await removeIds(tables.customer, [...lost].map(({ customer }) => customer));

  const settled = all.filter((one) => !lost.has(one));
  await attachAll(tables, missingNames(settled, ownerOf), now);
  const seen = settled.flatMap(({ customer, claim }) => claim.links.map(nameOf).filter((name) => ownerOf.get(name) === customer));
  if (seen.length > 0) await tables.link.updateAll({ _id: anyOf(seen) }, { $max: { lastSeenAt: now } });
  return { settled, lost: [...lost] };
}

/** What is still to be attached; of several keys of a source for one member, the first. */
function missingNames(settled: readonly Owned[], ownerOf: ReadonlyMap<string, CustomerId>): readonly Attachment[] {
  const missing = settled.flatMap(({ customer, minted, claim }) =>
    claim.links.slice(minted ? 1 : 0)
      .filter((link) => !ownerOf.has(nameOf(link)) && !(minted && link.namespace === claim.links[0].namespace))
      .map((link) => ({ customer, minted, link })));
  return [...new Map(missing.toReversed().map((one) => [idOf(one.customer, one.link.namespace), one])).values()].reverse();
}

function nameOf({ namespace, value }: { readonly namespace: string; readonly value: string }): string {
  return idOf(namespace, value);
}
