import type { Question } from '../authorization/decision.ts';
import type { PolicyFacts } from '../authorization/policy-facts.ts';
import type { CustomerAttribute } from '../authorization/policy-words.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';

/** One thing that may be so or not so of a customer, and that a decision may look at. */
export type Aspect =
  | { readonly kind: 'consent' | 'objection'; readonly purpose: string }
  | { readonly kind: 'restriction' | 'emergency' }
  | { readonly kind: 'region' | 'partner'; readonly name: string };

const attributes: Readonly<Record<Aspect['kind'], CustomerAttribute>> = {
  consent: 'consents', objection: 'objections', restriction: 'restricted', region: 'regions', partner: 'partners', emergency: 'emergency',
};

/** What of a customer the policies look at where this is asked: by what they name, and by what the caller brings. */
export function aspectsOf(policies: readonly Pick<PolicyFacts, 'words'>[], { purpose, caller }: Pick<Question, 'purpose' | 'caller'>): readonly Aspect[] {
  const lookingAt = (kind: Aspect['kind']): readonly PolicyFacts['words'][] => policies.map(({ words }) => words).filter(({ customer }) => customer.includes(attributes[kind]));
  const named = (kind: Aspect['kind'], own: readonly string[], of: (words: PolicyFacts['words']) => readonly string[]): readonly string[] => {
    const words = lookingAt(kind);
    return words.length === 0 ? [] : [...new Set([...own, ...words.flatMap(of)])].sort();
  };
  const purposes = ({ entities }: PolicyFacts['words']): readonly string[] => entities.filter(({ type }) => type === 'Purpose').map(({ id }) => id);
  const texts = (words: PolicyFacts['words']): readonly string[] => words.texts;
  return [
    ...(['consent', 'objection'] as const).flatMap((kind) => named(kind, [purpose], purposes).map((one) => ({ kind, purpose: one }))),
    ...(['restriction', 'emergency'] as const).flatMap((kind) => (lookingAt(kind).length > 0 ? [{ kind }] : [])),
    ...named('region', caller.regions, texts).map((name) => ({ kind: 'region', name } as const)),
    ...named('partner', [caller.audience], texts).map((name) => ({ kind: 'partner', name } as const)),
  ];
}

/** The facts of a customer of whom exactly these things are so. */
export function factsWith(aspects: readonly Aspect[]): CustomerFacts {
  const purposes = (kind: 'consent' | 'objection'): readonly string[] => aspects.flatMap((one) => (one.kind === kind ? [one.purpose] : [])).sort();
  const names = (kind: 'region' | 'partner'): readonly string[] => aspects.flatMap((one) => (one.kind === kind ? [one.name] : [])).sort();
  return {
    consents: purposes('consent'), objections: purposes('objection'), regions: names('region'), partners: names('partner'),
    restriction: aspects.some(({ kind }) => kind === 'restriction') ? { except: [] } : undefined,
    emergency: aspects.some(({ kind }) => kind === 'emergency'),
  };
}

/** True for what speaks for the use of her data on any day; an objection and a restriction speak against it. */
export function speaksFor({ kind }: Aspect): boolean {
  return kind !== 'objection' && kind !== 'restriction' && kind !== 'emergency';
}

/** So many things are combined in every way; of more, at most two at a time are otherwise than in a plain case. */
const combinable = 5;

/** Customers that differ in these things: all speak for it and nothing against first, and nothing known of her among them. */
export function familyOf(aspects: readonly Aspect[]): readonly (readonly Aspect[])[] {
  const flipped = (base: readonly Aspect[], some: readonly Aspect[]): readonly Aspect[] => aspects.filter((one) => base.includes(one) !== some.includes(one));
  const favourable = aspects.filter(speaksFor);
  const subsets = aspects.length <= combinable
    ? aspects.reduce<readonly (readonly Aspect[])[]>((all, one) => [...all, ...all.map((some) => [...some, one])], [[]])
    : [[], ...aspects.map((one) => [one]), ...aspects.flatMap((one, place) => aspects.slice(place + 1).map((other) => [one, other]))];
  const family = [favourable, []].flatMap((base) => subsets.map((some) => flipped(base, some)));
  return [...new Map(family.map((one) => [JSON.stringify(one), one])).values()];
}

/** What has to be so, in words: `consent`, `no objection`; to which purpose only where it is another one than is asked for. */
export function wordsOf(aspect: Aspect, so: boolean, asked: string): string {
  const not = so ? '' : 'no ';
  const to = (purpose: string): string => (purpose === asked ? '' : ` to ${purpose}`);
  switch (aspect.kind) {
    case 'consent': return `${not}consent${to(aspect.purpose)}`;
    case 'objection': return `${not}objection${to(aspect.purpose)}`;
    case 'restriction': return so ? 'restricted' : 'not restricted';
    case 'emergency': return so ? 'an emergency is stated' : 'no emergency is stated';
    case 'region': return `${so ? '' : 'not '}in region ${aspect.name}`;
    case 'partner': return `${so ? '' : 'not '}a customer of ${aspect.name}`;
  }
}
