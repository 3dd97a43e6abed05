import { partnerNames } from './facts.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** Who asks, and what for. */
export interface Asker {
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

/** A sort of caller, who becomes somebody in each world: whom she may name differs. */
export type Part = Omit<Asker, 'numbers' | 'subject'> & { readonly scoped: boolean };

const inside = ['service.support', 'marketing.email', 'marketing.segment', 'risk.fraud', 'risk.screening', 'research.survey'] as const;

/** The purposes that a token of the kind names; one of them is stated with each request. */
export const purposes: Readonly<Record<Asker['kind'], readonly [string, ...string[]]>> = {
  staff: inside, service: inside, partner: ['partner.share', 'partner.ads', 'partner.news', 'service.support'], customer: ['self.view', 'service.support'],
};

const staffRoles: readonly [readonly string[], ...(readonly string[])[]] = [
  ['reader'], ['reader', 'phoneless'], ['reader', 'careful'], ['reader', 'discreet'], ['narrow'], ['narrow', 'phoneless'], ['regional'], ['regional'], ['regional', 'careful'],
  ['campaigner'], ['campaigner', 'narrow'], ['narrow', 'discreet'], ['veiled'], ['veiled', 'narrow'], ['veiled', 'campaigner', 'phoneless'], ['regional', 'campaigner', 'careful'], [],
];

/** One sort of caller with a purpose; mostly one that she has rights for. */
export function somePart(random: Random): Part {
  const kind = random.pick(['staff', 'staff', 'staff', 'staff', 'service', 'partner', 'partner', 'customer'] as const);
  const apt = { staff: inside, service: inside, partner: ['partner.share', 'partner.ads', 'partner.news'], customer: ['self.view'] } as const;
  const purpose = random.chance(0.03) ? 'no.such.purpose' : random.chance(0.9) ? random.pick<string>(apt[kind]) : random.pick(purposes[kind]);
  const some = { kind, purpose, scopes: [] as readonly string[], regions: [] as readonly string[], audience: 'internal', scoped: false };
  switch (kind) {
    case 'staff': {
      const roles = random.pick(staffRoles);
      return { ...some, roles, regions: roles.includes('regional') ? random.pick([['north'], ['north', 'south'], ['sealed'], ['north', 'nowhere'], []]) : [] };
    }
    case 'service':
      return { ...some, roles: ['exporter'] };
    case 'partner':
      return { ...some, roles: ['partner'], scopes: random.chance(0.9) ? ['customer:read'] : [], audience: random.pick(partnerNames), scoped: random.chance(0.5) };
    case 'customer':
      return { ...some, roles: ['customer'], audience: 'self', scoped: true };
  }
}

/** Plays a part in a world. */
export function askerOf({ scoped, ...part }: Part, random: Random, { index, people }: World): Asker {
  const { kind, audience } = part;
  const named = scoped ? random.some([...people.keys()], 0.5).slice(0, kind === 'customer' ? 1 : people.length) : [];
  const restricted = kind === 'partner' || kind === 'customer';
  return {
    ...part,
    numbers: restricted ? named.flatMap((place) => people[place]?.number ?? []) : undefined,
    subject: restricted ? `${audience}-${String(index)}-${named.join('-')}` : `${kind}-${part.roles.join('-')}-${part.regions.join('-')}`,
  };
}

/** What her token says. */
export function claimsOf({ kind, roles, scopes, regions, audience, numbers, subject }: Asker): Readonly<Record<string, unknown>> {
  return {
    sub: subject, kind, roles, purposes: purposes[kind], ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    ...(regions.length > 0 ? { regions } : {}), ...(numbers === undefined ? {} : { customers: numbers }), ...(kind === 'partner' ? { view: audience } : {}),
  };
}
