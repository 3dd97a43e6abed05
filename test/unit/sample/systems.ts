import { makePeople, type People, type Person } from '../../../sample/people.ts';

/** A few hundred of the sample company's customers; what holds for them holds for the rest. */
export const people: People = makePeople(500);

/** An instant at which the tests stand still. */
export const now = Date.UTC(2026, 5, 15, 12);

/** What the systems under test are started with. */
export const options = { port: 0, credentials: 'open sesame', people, clock: () => now };

/** Customer 10001. */
export const showcase: Person = personWhere(({ number }) => number === '10001');

/** The first person for whom this holds. */
export function personWhere(holds: (person: Person) => boolean): Person {
  const person = people.all().find(holds);
  if (person === undefined) throw new Error('nobody is like that');
  return person;
}
