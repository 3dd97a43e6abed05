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

type Sort = Pick<Part, 'kind' | 'roles'> & Partial<Part>;

const staff = (...roles: readonly string[]): Sort => ({ kind: 'staff', roles });
const partner = (audience: string, more: Partial<Part> = {}): Sort => ({ kind: 'partner', roles: ['partner'], scopes: ['customer:read'], audience, ...more });

/** Every sort of caller. */
export const sorts: readonly [Sort, ...Sort[]] = [
  staff('reader'), staff('reader', 'phoneless'), staff('reader', 'careful'), staff('reader', 'discreet'), staff('narrow'), staff('narrow', 'phoneless'),
  { ...staff('regional'), regions: ['north'] }, { ...staff('regional'), regions: ['north', 'south', 'nowhere'] }, { ...staff('regional', 'careful'), regions: ['sealed'] },
  { ...staff('regional', 'campaigner', 'careful'), regions: ['north'] }, staff('regional'), staff('campaigner'), staff('campaigner', 'narrow'), staff('narrow', 'discreet'),
  staff('veiled'), staff('veiled', 'narrow'), staff('veiled', 'campaigner', 'phoneless'), staff(),
  { kind: 'service', roles: ['exporter'] }, { kind: 'service', roles: ['exporter', 'regional'], regions: ['south'] },
  partner('acme'), partner('acme', { scoped: true }), partner('globex'), partner('globex', { scoped: true }), partner('acme', { scopes: [], scoped: true }),
  { kind: 'customer', roles: ['customer'], audience: 'self', scoped: true }, { kind: 'customer', roles: ['customer'], audience: 'self', scoped: true },
];

/** What each kind has rights for. */
const apt = { staff: inside, service: inside, partner: ['partner.share', 'partner.ads', 'partner.news'], customer: ['self.view'] } as const;

/** A sort of caller with a purpose; mostly one that she has rights for. */
export function partOf(sort: Sort, random: Random): Part {
  const purpose = random.chance(0.03) ? 'no.such.purpose' : random.chance(0.93) ? random.pick<string>(apt[sort.kind]) : random.pick(purposes[sort.kind]);
  return { scopes: [], regions: [], audience: 'internal', scoped: false, ...sort, purpose };
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
