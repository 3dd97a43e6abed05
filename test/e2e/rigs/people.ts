import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = process.env['RIGS_DIR'] ?? join(import.meta.dirname, '../../../../shared/rigs');
const state = process.env['RIGS_STATE'] ?? join(tmpdir(), 'c360-rigs');
const people = join(folder, 'people.json');

/** One of the people that the rigs' systems know, each in its own way. */
export interface RigPerson {
  /** A name for her that only the rigs know. */
  readonly key: string;
  readonly n: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly company: string;
  readonly jobTitle: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
  readonly language: string;
  /** How many the seed of Tryton has. */
  readonly invoices: number;
  readonly variation: { readonly system: RigSystem; readonly kind: string } | null;
  readonly seenAs: Readonly<Record<RigSystem, { readonly name: string; readonly email: string }>>;
}

/** A system that knows the people, as `people.json` calls it. */
export type RigSystem = 'tryton' | 'rt' | 'legacy';

/** What is missing to know the people; undefined when they are there. */
export const peopleNeed = existsSync(people) ? undefined : 'RIGS_DIR, the folder of the rigs';

export function readRigPeople(): readonly RigPerson[] {
  return JSON.parse(readFileSync(people, 'utf8')) as readonly RigPerson[];
}

/** True when two systems know the person by one address, whatever its case. */
export function isSame({ seenAs }: RigPerson, one: RigSystem, other: RigSystem): boolean {
  return seenAs[one].email.toLowerCase() === seenAs[other].email.toLowerCase();
}

/** The file in which a rig notes its process group while it runs. */
export function pidFileOf(rig: string): string {
  return join(state, rig, 'pid');
}

/** Holds a rig's processes, which then take requests and answer none, until the given work is done. */
export async function whileRigHangs<Result>(rig: string, work: () => Promise<Result>): Promise<Result> {
  const group = Number(readFileSync(pidFileOf(rig), 'utf8'));
  if (!Number.isSafeInteger(group) || group < 2) throw new Error(`the rig ${rig} has left no process group`);
  process.kill(-group, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(-group, 'SIGCONT');
  }
}
