import type { Copies } from '../../../sample/copies.ts';
import { countries } from '../../../sample/countries.ts';
import { serveCrm } from '../../../sample/crm.ts';
import { copyId } from '../../../sample/ids.ts';
import type { People, Person } from '../../../sample/people.ts';
import type { Served } from '../../../sample/serve.ts';
import type { RigPerson } from '../rigs/people.ts';

/** The sample CRM with the rigs' people in it. */
export function serveRigCrm(people: readonly RigPerson[], credentials: string): Promise<Served> {
  const all = people.map(personOf);
  const served: People = { customers: all.length, outsiders: 0, at: (index) => all[index], all: () => all };
  return serveCrm({ port: 0, credentials, people: served, clock: () => Date.UTC(2026, 5, 15) });
}

function personOf(rig: RigPerson, index: number): Person {
  const [country] = countries;
  const [place] = country?.places ?? [];
  if (country === undefined || place === undefined) throw new Error('the sample company has no customers anywhere');
  const { name, email } = rig.seenAs.tryton;
  const crm = { id: copyId('crm', index), number: rig.key, name, email, emailVerified: true, phone: rig.phone };
  const copies: Copies = { crm, billing: undefined, support: undefined };
  return {
    index, number: rig.key, kind: 'person', givenName: rig.firstName, email, language: rig.language, jobTitle: rig.jobTitle, organization: rig.company,
    home: { country, place, street: '', postalCode: '', familyName: rig.lastName, phone: '' },
    gender: undefined, salutation: undefined, birthDate: undefined, mobilePhone: undefined, segments: [], lifecycleStage: 'customer',
    createdAt: Date.UTC(2020, 0, 1), updatedAt: Date.UTC(2020, 0, 1), copies,
  };
}
