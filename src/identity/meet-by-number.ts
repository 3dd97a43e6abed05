import { sameName, type LinkedCustomer, type Member } from '../store/links.ts';
import { lookUp } from './lookups.ts';
import { chooseMatch, nameOf } from './match.ts';
import { numbersOf, type OwnRecords } from './own-records.ts';
import type { Resolving } from './resolving.ts';

/**
 * The first record of a member of whom nothing but her number is stored, as an import leaves her: what was recorded of her held
 * before any source was asked. The sources are asked in order, the leading one first, and the record is linked.
 *
 * One that several records answer to is not met, and neither is one whose record is somebody else's.
 */
export async function meetByNumber({ reads, links, sources }: Resolving, customer: LinkedCustomer, member: Member): Promise<OwnRecords> {
  const nobody: OwnRecords = { records: [], failure: undefined };
  const number = member.links.find(({ namespace }) => namespace === 'number');
  if (number === undefined || sources.some(({ name }) => member.links.some(({ namespace }) => namespace === name))) return nobody;
  const barred = customer.members.flatMap((one) => one.barred);
  for (const source of sources) {
    const lookup = await lookUp(reads, source, 'number', number.value);
    if (lookup.kind === 'failed') return { records: [], failure: lookup };
    const match = chooseMatch(lookup, { identifier: 'number', known: numbersOf(member), barred });
    if (match.kind === 'none') continue;
    if (match.kind === 'doubtful') return nobody;
    const name = nameOf(match.record);
    const claimed = await links.claim({ member: member.id, links: [{ ...name, method: 'NUMBER', verified: true, from: { namespace: number.namespace, value: number.value } }] });
    const isHers = claimed.members.some(({ id, links: own }) => id === member.id && own.some((link) => sameName(link, name)));
    return isHers ? { records: [match.record], failure: undefined } : nobody;
  }
  return nobody;
}
