import { describe, expect, test } from '@jest/globals';
import type { Rights } from '../../../src/authorization/rights.ts';
import { resolveSelf, resolveVisible, type Viewer } from '../../../src/authorization/visible-customers.ts';
import { factsWith } from '../../../src/explain/assumed-facts.ts';
import { meetingOf, meetsNobody, whereMet, type Meeting } from '../../../src/explain/meeting.ts';
import type { PlannedRoot } from '../../../src/federation/plan/plan-roots.ts';
import { customerId } from '../../../src/ids.ts';
import type { CustomerKey, Identity, Resolution } from '../../../src/identity/identity.ts';
import type { Link } from '../../../src/store/links.ts';

const someone = { issuer: 'https://issuer.example', subject: 'someone', audience: 'acme' };
const viewers: readonly Viewer[] = (['partner', 'customer'] as const).flatMap((kind) =>
  [[], ['10001'], ['10001', '10002']].map((customers) => ({ ...someone, kind, customers })));
const everybody: readonly Viewer[] = [...viewers, { ...someone, kind: 'staff', customers: 'all' }, { ...someone, kind: 'service', customers: 'all' }];

/** A customer as the store has her. */
interface Known {
  readonly numbers: readonly string[];
  readonly partners: readonly string[];
  /** Whether the token is linked to her. */
  readonly bound: boolean;
}
const customers: readonly Known[] = [['10001'], ['10055'], ['10055', '10001']].flatMap((numbers) =>
  [[], ['acme'], ['other']].flatMap((partners) => [true, false].map((bound) => ({ numbers, partners, bound }))));

const keys: readonly CustomerKey[] = [
  { kind: 'number', value: '10001' }, { kind: 'number', value: '10055' }, { kind: 'email', value: 'a@b.example' }, { kind: 'id', value: customerId('c') },
];
const asked = (key: CustomerKey): PlannedRoot => ({ kind: 'one', key: { kind: 'key', key } }) as unknown as PlannedRoot;
const self = { kind: 'self' } as unknown as PlannedRoot;

const link = (namespace: string, value: string): Link => ({ namespace, value, method: 'NUMBER', verified: true, firstSeenAt: 0, lastSeenAt: 0 });

/** Knows one customer, by each of her names. */
function identityOf({ numbers, bound }: Known): Identity {
  const links = [...numbers.map((number) => link('number', number)), ...(bound ? [link(someone.issuer, someone.subject)] : [])];
  const found: Resolution = { kind: 'customer', customer: { id: customerId('c'), members: [{ id: customerId('c'), links, unlinked: [], barred: [], facts: [] }] } };
  const find = async (key: CustomerKey): Promise<Resolution> =>
    ((key.kind === 'number' && !numbers.includes(key.value)) || (key.kind === 'token' && !bound) ? { kind: 'unknown' } : found);
  return { resolve: find, stored: find, bind: async () => undefined } as unknown as Identity;
}

const rightsOf = ({ partners }: Known): Rights => ({ seesSomeOnly: false, stored: () => ({ partners }) }) as unknown as Rights;

/** Whether what is told beforehand holds of a customer who is met, or is not. */
function holds(meeting: Meeting, viewer: Viewer, { numbers, partners, bound }: Known): boolean {
  if (meeting === 'certain') return true;
  const ways = { named: numbers.some((number) => viewer.customers.includes(number)), own: bound, ownNamed: bound && numbers.some((number) => viewer.customers.includes(number)), partner: partners.includes(viewer.audience) };
  return meeting.some((way) => ways[way]);
}

describe.each(everybody.map((viewer) => [`${viewer.kind} of ${String(viewer.customers)}`, viewer] as const))('a %s', (_, viewer) => {
  test.each(keys)('meets whom the gateway finds by %j, whether something is known of her or not', async (key) => {
    for (const known of customers.filter(({ numbers }) => key.kind !== 'number' || numbers.includes(key.value))) {
      const isMet = (await resolveVisible(identityOf(known), viewer, rightsOf(known), key)).kind === 'customer';
      const facts = { ...factsWith([]), partners: known.partners };
      expect({ known, isMet: holds(meetingOf([asked(key)], viewer, undefined), viewer, known) }).toEqual({ known, isMet });
      expect({ known, isMet: holds(meetingOf([asked(key)], viewer, facts), viewer, known) }).toEqual({ known, isMet });
    }
  });

  test('meets as herself whom the gateway finds', async () => {
    // A token with one number is about who has it.
    for (const known of customers.filter(({ numbers }) => viewer.customers.length !== 1 || numbers.includes(viewer.customers[0] ?? ''))) {
      const isMet = (await resolveSelf(identityOf(known), viewer, rightsOf(known))).kind === 'customer';
      expect({ known, isMet: holds(meetingOf([self], viewer, undefined), viewer, known) }).toEqual({ known, isMet });
    }
  });
});

describe('of several root fields', () => {
  const acme: Viewer = { ...someone, kind: 'partner', customers: ['10001'] };
  const [named, other] = [asked({ kind: 'number', value: '10001' }), asked({ kind: 'number', value: '10055' })];
  test.each<[string, readonly PlannedRoot[], Meeting]>([
    ['none is about customers', [], 'certain'],
    ['all name whom the token names', [named, named], 'certain'],
    ['one may be about anybody', [named, other], ['named', 'partner']],
    ['one is about nobody', [named, self], 'certain'],
    ['all are about nobody', [self], []],
  ])('%s', (_, roots, meeting) => {
    expect(meetingOf(roots, acme, undefined)).toEqual(meeting);
    expect(meetsNobody(meeting)).toBe(meeting.length === 0);
  });

  test('what policies deny stays denied, and what they leave open depends on both', () => {
    const denied = { kind: 'deny', reason: 'purpose', policies: ['p'], ask: ['CMO'], grantable: false, inEmergency: false } as const;
    expect(whereMet({ decision: denied, best: undefined }, [], acme)).toEqual({ decision: denied, best: undefined });
    const decision = { kind: 'open', policies: ['p'] } as const;
    const best = { decision: { kind: 'allow', policies: ['p'], mask: undefined }, facts: factsWith([]), needs: [{ kind: 'region', words: 'in region DE-BY' }] } as const;
    expect(whereMet({ decision, best }, ['named', 'partner'], acme).best?.needs.map(({ words }) => words)).toEqual(['named by the token or a customer of acme', 'in region DE-BY']);
    expect(whereMet({ decision, best }, [], acme)).toMatchObject({ decision: { kind: 'deny', reason: 'scope' }, best: undefined });
  });
});
