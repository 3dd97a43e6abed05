import { partnerNames } from './facts.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** Who asks, and what for. */
export interface Asker {
  readonly name: string;
  readonly kind: 'staff' | 'service' | 'partner' | 'customer';
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly regions: readonly string[];
  readonly audience: string;
  /** The customer numbers that the token names; undefined for who may name anybody. */
  readonly numbers: readonly string[] | undefined;
  readonly subject: string;
  readonly purpose: string;
}

const inside = ['service.support', 'marketing.email', 'marketing.segment', 'risk.fraud', 'risk.screening', 'research.survey'] as const;

/** The purposes that a token of the kind names; one of them is stated with each request. */
export const purposes: Readonly<Record<Asker['kind'], readonly [string, ...string[]]>> = {
  staff: inside, service: inside, partner: ['partner.share', 'partner.ads', 'service.support'], customer: ['self.view', 'service.support'],
};

const staff: readonly [readonly string[], ...(readonly string[])[]] = [
  ['reader'], ['reader'], ['reader', 'phoneless'], ['reader', 'careful'], ['reader', 'discreet'], ['narrow'], ['narrow', 'phoneless'], ['regional'], ['regional'],
  ['campaigner'], ['campaigner', 'narrow'], ['narrow', 'discreet'], ['regional', 'campaigner', 'careful'], [],
];

/** One of the callers of a world. */
export function someAsker(random: Random, world: World): Asker {
  const places = [...world.people.keys()];
  const numbersOf = (some: readonly number[]): readonly string[] => some.flatMap((place) => world.people[place]?.number ?? []);
  const kind = random.pick(['staff', 'staff', 'staff', 'staff', 'service', 'partner', 'partner', 'customer'] as const);
  const purpose = random.chance(0.05) ? random.pick(inside) : kind === 'customer' && random.chance(0.8) ? 'self.view' : random.pick(purposes[kind]);
  const some = { kind, purpose, scopes: [] as readonly string[], regions: [] as readonly string[], numbers: undefined };
  switch (kind) {
    case 'staff': {
      const roles = random.pick(staff);
      const regions = roles.includes('regional') ? random.pick([[], ['north'], ['north', 'south'], ['sealed'], ['nowhere']]) : [];
      return { ...some, name: `staff ${roles.join('+')}`, roles, regions, audience: 'internal', subject: `staff-${roles.join('-')}-${regions.join('-')}` };
    }
    case 'service':
      return { ...some, name: 'service', roles: ['exporter'], audience: 'internal', subject: 'service' };
    case 'partner': {
      const audience = random.pick(partnerNames);
      const scoped = random.chance(0.5);
      const name = `partner ${audience}, ${scoped ? 'by numbers' : 'by relation'}`;
      const named = scoped ? random.some(places, 0.4) : [];
      const scopes = random.chance(0.9) ? ['customer:read'] : [];
      return { ...some, name, roles: ['partner'], scopes, audience, numbers: numbersOf(named), subject: `${audience}-${String(world.index)}-${named.join('-')}` };
    }
    case 'customer': {
      const own = random.some(places, 0.4).slice(0, 1);
      return { ...some, name: 'customer', roles: ['customer'], audience: 'self', numbers: numbersOf(own), subject: `self-${String(world.index)}-${own.join('-')}` };
    }
  }
}

/** What her token says. */
export function claimsOf({ kind, roles, scopes, regions, audience, numbers, subject }: Asker): Readonly<Record<string, unknown>> {
  return {
    sub: subject, kind, roles, purposes: purposes[kind], ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    ...(regions.length > 0 ? { regions } : {}), ...(numbers === undefined ? {} : { customers: numbers }), ...(kind === 'partner' ? { view: audience } : {}),
  };
}
