import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestGateway, type TestGateway } from '../../fixtures/gateway.ts';
import { mongodbNeeds, startMongodb } from '../../fixtures/mongodb-server.ts';
import { makeTap, type Passed, type Tap } from '../../fixtures/tap.ts';
import { desk, deskNeeds } from '../rigs/desk.ts';
import { peopleNeed, readRigPeople, type RigPerson } from '../rigs/people.ts';
import { tryton, trytonNeeds } from '../rigs/tryton.ts';
import { seedMarketing } from './marketing.ts';

const ownFolder = join(import.meta.dirname, 'config');
const otherFolder = join(import.meta.dirname, '../real-systems/config');
/** What both companies have alike: the desk's system, who may see what, and why. */
const alike = ['sources/desk.yaml', 'policies/support.cedar', 'purposes.yaml'];

/** The company with its systems, each seen through a tap of its own. */
export interface Company {
  readonly gateway: TestGateway;
  readonly people: readonly RigPerson[];
  readonly taps: Readonly<Record<'parties' | 'billing' | 'desk', Tap>>;
  /** Another gateway before the same systems, with some of its files changed. */
  readonly another: (change: (name: string, text: string) => string) => Promise<TestGateway>;
  readonly close: () => Promise<void>;
}

/** What is missing for the company to open; undefined when nothing is. */
export async function companyNeeds(): Promise<string | undefined> {
  const needs = [peopleNeed, await trytonNeeds(), await deskNeeds(), mongodbNeeds].filter((need) => need !== undefined);
  return needs.length === 0 ? undefined : needs.join(', ');
}

export async function openCompany(): Promise<Company> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const people = readRigPeople();
    const marketing = await startMongodb();
    ends.push(marketing.stop);
    await seedMarketing(marketing, people);
    const taps = { parties: makeTap(), billing: makeTap(), desk: makeTap() };
    for (const tap of Object.values(taps)) ends.push(tap.close);
    const env = {
      PARTIES_URL: await taps.parties.before(tryton.url), BILLING_URL: await taps.billing.before(tryton.url),
      TRYTON_USER: tryton.user, TRYTON_PASSWORD: tryton.password,
      MARKETING_URL: marketing.url, MARKETING_DATABASE: marketing.database,
      DESK_URL: await taps.desk.before(desk.url), DESK_USER: desk.user, DESK_PASSWORD: desk.password,
    };
    const another = async (change: (name: string, text: string) => string): Promise<TestGateway> => {
      const own = ['sources/billing.yaml', 'sources/parties.yaml'].map((name) => [name, readFileSync(join(ownFolder, name), 'utf8')] as const);
      const shared = alike.map((name) => [name, readFileSync(join(otherFolder, name), 'utf8')] as const);
      const files = Object.fromEntries([...own, ...shared].map(([name, text]) => [name, change(name, text)]));
      const gateway = await startTestGateway({ config: ownFolder, files, env });
      ends.push(gateway.stop);
      return gateway;
    };
    return { gateway: await another((_, text) => text), people, taps, another, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What Tryton was asked, by method without `model.` and `search_read`. */
export function trytonCalls(passed: readonly Passed[]): Readonly<Record<string, number>> {
  const methods = passed.map(({ body }) => {
    const { method } = JSON.parse(body) as { readonly method: string };
    return method.replace(/^model\.|\.search_read$/g, '');
  });
  return countOf(methods);
}

/** What Request Tracker was asked, by method and path. */
export function deskCalls(passed: readonly Passed[]): Readonly<Record<string, number>> {
  return countOf(passed.map(({ method, path }) => `${method} ${path.replace(/\?.*$/, '')}`));
}

function countOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}
