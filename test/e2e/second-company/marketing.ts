import { ObjectId } from 'mongodb';
import type { MongodbServer } from '../../fixtures/mongodb-server.ts';
import type { RigPerson } from '../rigs/people.ts';

/** Whom marketing does not know: nobody has ever written to them. */
const isStranger = ({ n }: RigPerson): boolean => n % 25 === 0;
/** Whose document was deleted. */
const isDeleted = ({ n }: RigPerson): boolean => n === 13;
/** Whose address somebody else has given as his too. */
const isShared = ({ n }: RigPerson): boolean => n === 10 || n === 63;
/** Who wrote her address in capitals. */
const isLoud = ({ n }: RigPerson): boolean => n % 3 === 0;

/** The id of the person's document. */
export function marketingIdOf({ n }: Pick<RigPerson, 'n'>): string {
  return `c0ffee${n.toString(16).padStart(18, '0')}`;
}

/** True when marketing has one document, and only one, with the address by which the leading source knows the person. */
export function isInMarketing(person: RigPerson): boolean {
  const sameAddress = person.email.toLowerCase() === person.seenAs.tryton.email.toLowerCase();
  return sameAddress && !isStranger(person) && !isDeleted(person) && !isShared(person);
}

/** Fills marketing's database with its own view of the people, and with some whom nobody else knows. */
export async function seedMarketing({ db }: MongodbServer, people: readonly RigPerson[]): Promise<void> {
  const known = people.filter((person) => !isStranger(person)).map((person) => documentOf(person, person.email, marketingIdOf(person)));
  const others = people.filter(isShared).map((person) => ({
    ...documentOf(person, person.email, marketingIdOf({ n: 10_000 + person.n })), name: { first: 'Alex', last: person.lastName },
  }));
  const strangers = people.slice(0, 20).map((person) => documentOf(person, `other.${person.email}`, marketingIdOf({ n: 20_000 + person.n })));
  await db.collection('people').insertMany([...known, ...others, ...strangers]);
}

function documentOf(person: RigPerson, email: string, id: string): { readonly _id: ObjectId } {
  const document = {
    _id: new ObjectId(id),
    name: { first: person.firstName, last: person.lastName },
    email: { address: isLoud(person) ? email.toUpperCase() : email, lowered: email.toLowerCase() },
    work: { title: person.jobTitle, company: person.company },
    language: person.language,
    stage: person.n % 2 === 0 ? 'loyal' : 'lead',
    segments: ['newsletter', ...(person.n % 5 === 0 ? ['trade fair'] : [])],
    createdAt: new Date(Date.UTC(2021, 0, person.n, 23, 30)),
    deletedAt: isDeleted(person) ? new Date(Date.UTC(2024, 5, 1)) : null,
  };
  return document;
}
