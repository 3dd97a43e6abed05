import { unreachable } from '../../errors.ts';
import type { Adoption, LinkStore, Person } from '../../store/links.ts';
import { within } from '../within.ts';

/** Stores whose names are whose. Gives one result per person, in order: whose she is and what was new, or a text that says why not. */
export async function adoptPersons(links: LinkStore, persons: readonly Person[]): Promise<readonly (Extract<Adoption, { kind: 'adopted' }> | string)[]> {
  const outcomes = await within(links.adopt(persons), 'writing to the store');
  return outcomes.map((outcome) => (outcome.kind === 'adopted' ? outcome : reasonOf(outcome)));
}

function reasonOf({ reason, name, customers }: Extract<Adoption, { kind: 'refused' }>): string {
  const whose = customers.join(', ');
  switch (reason) {
    case 'SEVERAL_CUSTOMERS':
      return `the names belong to different customers: ${whose}`;
    case 'HAS_ANOTHER_KEY':
      return `${name.namespace}: customer ${whose} has another key there`;
    case 'BARRED':
      return `${name.namespace}: this record is barred from customer ${whose}`;
    default:
      return unreachable(reason);
  }
}
