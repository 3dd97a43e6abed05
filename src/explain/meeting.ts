import type { Decision, Denied, EarlyDecision } from '../authorization/decision.ts';
import { asksSources } from '../authorization/visible-customers.ts';
import type { Caller } from '../caller/caller.ts';
import type { CustomerFacts } from '../consent/customer-facts.ts';
import type { PlannedRoot } from '../federation/plan/plan-roots.ts';
import type { CustomerKey } from '../identity/identity.ts';
import { factsWith, type Aspect } from './assumed-facts.ts';
import type { BestCase } from './best-case.ts';

/** By what a caller meets a customer: the token names her, or is her own, or she is recorded as a customer of the partner. */
type Way = 'named' | 'own' | 'ownNamed' | 'partner';

/** Whether the customers whom an operation asks for are met, whatever policies say of seeing them: all of them, or who is so in one of these ways; nobody where there is none. */
export type Meeting = 'certain' | readonly Way[];

type Viewer = Pick<Caller, 'kind' | 'customers' | 'audience'>;

/** What is decided, and where that is open what it comes to at best; whom the caller meets is among what it depends on. */
export interface Foreseen {
  readonly decision: EarlyDecision;
  readonly best: BestCase<Decision, Aspect['kind'] | 'met'> | undefined;
}

/** Tells beforehand whom `resolveVisible` and `resolveSelf` find for a caller, of customers who may be anybody or of whom `facts` is so. */
export function meetingOf(roots: readonly PlannedRoot[], viewer: Viewer, facts: CustomerFacts | undefined): Meeting {
  const meetings = roots.flatMap((root) => meetingsIn(root, viewer)).map((one) => (facts === undefined ? one : knowing(one, viewer, facts)));
  // Who is never met says nothing of the others.
  const possible = meetings.filter((one) => !meetsNobody(one));
  if (possible.length === 0 && meetings.length > 0) return [];
  if (possible.every((one) => one === 'certain')) return 'certain';
  return [...new Set(possible.flatMap((one) => (one === 'certain' ? ['named' as const] : one)))];
}

/** True where no customer whatsoever is met. */
export function meetsNobody(meeting: Meeting): boolean {
  return meeting !== 'certain' && meeting.length === 0;
}

/** A decision on seeing, of customers of whom not all may be met. */
export function whereMet({ decision, best }: Foreseen, meeting: Meeting, { audience }: Viewer): Foreseen {
  if (meeting === 'certain' || decision.kind === 'deny' || best?.decision.kind === 'deny') return { decision, best };
  if (meeting.length === 0) return { decision: unmet, best: undefined };
  const words: Readonly<Record<Way, string>> = { named: 'named by the token', own: 'the caller herself', ownNamed: 'the caller herself and named by the token', partner: `a customer of ${audience}` };
  const need = { kind: 'met', words: meeting.map((way) => words[way]).join(' or ') } as const;
  if (decision.kind === 'open') return { decision, best: best && { ...best, needs: [need, ...best.needs] } };
  const facts = factsWith(meeting.includes('partner') ? [{ kind: 'partner', name: audience }] : []);
  return { decision: { kind: 'open', policies: decision.policies }, best: { decision, facts, needs: [need] } };
}

const unmet: Denied = { kind: 'deny', reason: 'scope', policies: [], ask: [], grantable: false, inEmergency: false };

function meetingsIn(root: PlannedRoot, viewer: Viewer): readonly Meeting[] {
  switch (root.kind) {
    case 'one': return root.key.kind === 'key' ? [byKey(root.key.key, viewer)] : [];
    case 'many': return root.keys.flatMap((asked) => (asked.kind === 'key' ? [byKey(asked.key, viewer)] : []));
    case 'self': return [asSelf(viewer)];
    case 'record':
    case 'report': return [asAnybody(viewer)];
    // Only who may see all customers comes so far.
    case 'list':
    case 'reviews':
    case 'change':
    case 'refused':
    case 'access':
    case 'accessList':
    case 'own': return [];
  }
}

function byKey(key: CustomerKey, viewer: Viewer): Meeting {
  // Policies aside, sources are asked for a number that the token names, and for nothing else.
  return viewer.customers !== 'all' && asksSources(viewer, { seesSomeOnly: false }, key) ? 'certain' : asAnybody(viewer);
}

function asAnybody({ kind, customers }: Viewer): Meeting {
  if (customers === 'all') return 'certain';
  const named = customers.length > 0 ? ['named' as const] : [];
  if (kind === 'partner') return [...named, 'partner'];
  return customers.length > 0 ? named : ['own'];
}

/** A customer's token that names one number is bound to her, where it was not bound to somebody else; with none or several, it has to be bound already. */
function asSelf({ kind, customers }: Viewer): Meeting {
  if (kind !== 'customer') return [];
  if (customers.length === 1) return 'certain';
  return customers.length === 0 ? ['own'] : ['ownNamed'];
}

function knowing(meeting: Meeting, { audience }: Viewer, { partners }: CustomerFacts): Meeting {
  if (meeting === 'certain' || !meeting.includes('partner')) return meeting;
  return partners.includes(audience) ? 'certain' : meeting.filter((way) => way !== 'partner');
}
