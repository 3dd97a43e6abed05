import { firstOutsider, type Basics } from './basics.ts';
import { copyId, type System } from './ids.ts';
import { drawFor, type Draw } from './random.ts';
import { ascii, internationalPhone, nationalPhone, spacedPhone } from './spelling.ts';

/** How one system wrote a person down: under an id of its own, and not always as the others did. */
export interface Copy {
  readonly id: string;
  /** The customer number, where this system has it. */
  readonly number: string | undefined;
  readonly name: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly phone: string | undefined;
}

/** A person's copies; undefined where a system does not know her. */
export type Copies = Readonly<Record<System, Copy | undefined>>;

/** How often the copies in one system differ from the truth; the parts of one kind add up to less than 1. */
interface Habits {
  readonly missing: number;
  readonly withoutNumber: number;
  readonly asciiName: number;
  readonly otherCase: number;
  readonly otherEmail: number;
  readonly noEmail: number;
  readonly unverified: number;
  readonly nationalPhone: number;
  readonly spacedPhone: number;
  readonly otherPhone: number;
  readonly noPhone: number;
}

const habits: Readonly<Record<System, Habits>> = {
  crm: {
    missing: 0, withoutNumber: 0, asciiName: 0, otherCase: 0, otherEmail: 0, noEmail: 0.02, unverified: 0.12,
    nationalPhone: 0, spacedPhone: 0.15, otherPhone: 0, noPhone: 0.05,
  },
  billing: {
    missing: 0.06, withoutNumber: 0.03, asciiName: 0.25, otherCase: 0.12, otherEmail: 0.03, noEmail: 0.01, unverified: 0.3,
    nationalPhone: 0.15, spacedPhone: 0.1, otherPhone: 0.06, noPhone: 0.1,
  },
  support: {
    missing: 0.12, withoutNumber: 0.5, asciiName: 0.1, otherCase: 0.15, otherEmail: 0.05, noEmail: 0.03, unverified: 0.25,
    nationalPhone: 0.1, spacedPhone: 0.3, otherPhone: 0.05, noPhone: 0.2,
  },
};
const clean: Habits = {
  missing: 0, withoutNumber: 0, asciiName: 0, otherCase: 0, otherEmail: 0, noEmail: 0, unverified: 0,
  nationalPhone: 0, spacedPhone: 0, otherPhone: 0, noPhone: 0,
};

/** How the three systems know a person. */
export function copiesOf(person: Basics): Copies {
  return { crm: copyIn('crm', person), billing: copyIn('billing', person), support: copyIn('support', person) };
}

function copyIn(system: System, person: Basics): Copy | undefined {
  const draw = drawFor(system, person.index);
  const habit = person.index === 0 ? clean : habits[system];
  if (person.index >= firstOutsider ? system !== outsidersSystem(person.index) : draw.chance(habit.missing)) return undefined;
  const name = person.kind === 'organization' && person.organization !== undefined && system === 'billing'
    ? person.organization
    : `${person.givenName} ${person.home.familyName}`;
  return {
    id: copyId(system, person.index),
    number: draw.chance(habit.withoutNumber) ? undefined : person.number,
    name: draw.chance(habit.asciiName) ? ascii(name, person.home.country) : name,
    email: emailIn(draw, habit, person),
    emailVerified: !draw.chance(habit.unverified),
    phone: phoneIn(draw, habit, person),
  };
}

function outsidersSystem(index: number): System {
  return index % 2 === 0 ? 'billing' : 'support';
}

function emailIn(draw: Draw, habit: Habits, person: Basics): string | undefined {
  const [local = '', host = ''] = person.email.split('@');
  const at = draw.unit();
  if (at < habit.noEmail) return undefined;
  if (at < habit.noEmail + habit.otherEmail) return `${local}@work.example`;
  if (at < habit.noEmail + habit.otherEmail + habit.otherCase) {
    return draw.chance(0.3) ? person.email.toUpperCase() : `${local.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())}@${host}`;
  }
  return person.email;
}

function phoneIn(draw: Draw, habit: Habits, person: Basics): string | undefined {
  const at = draw.unit();
  const { country, phone } = person.home;
  if (at < habit.noPhone) return undefined;
  if (at < habit.noPhone + habit.otherPhone) return internationalPhone(draw.fill(country.phone.mobile), country);
  if (at < habit.noPhone + habit.otherPhone + habit.nationalPhone) return nationalPhone(phone, country);
  if (at < habit.noPhone + habit.otherPhone + habit.nationalPhone + habit.spacedPhone) return spacedPhone(phone, country);
  return internationalPhone(phone, country);
}
