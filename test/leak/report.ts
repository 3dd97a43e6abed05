import type { Case } from './oracle.ts';
import { shrink } from './shrink.ts';
import { tryCase, type Failure, type Ground } from './trial.ts';

/** A failed case for people to read: made smaller where it can be, with what it takes to run it alone. */
export async function reportOf(ground: Ground, failure: Failure, one: Case): Promise<string> {
  const again = async (draft: Case['draft']): Promise<Failure | undefined> => (await tryCase(ground, failure.name, { ...one, draft })).failure;
  const draft = await shrink(one.draft, async (candidate) => sameSort(failure, await again(candidate)));
  const { query, variables, leaks, missing, reply } = await again(draft) ?? failure;
  const { asker: { kind, roles, regions, scopes, audience, numbers, purpose } } = failure;
  const about = [`${kind} of ${audience}`, `roles ${roles.join(', ') || 'none'}`, ...(regions.length > 0 ? [`regions ${regions.join(', ')}`] : []), `scopes ${scopes.join(', ') || 'none'}`];
  return [
    `LEAK_SEED=${ground.seed} LEAK_CASE=${failure.name}`,
    `${about.join('; ')}${numbers === undefined ? '' : `; names ${numbers.join(', ') || 'nobody'}`}; purpose ${purpose}`,
    query, `variables ${JSON.stringify(variables)}`,
    ...leaks.map(({ marker, of, where }) => `told in ${where}: ${marker} (${of})`),
    ...missing.map((marker) => `not told: ${marker}`),
    `answered ${reply.status}: ${reply.body.slice(0, 2000)}`,
  ].join('\n');
}

/** A smaller document has to go wrong in the same way. */
function sameSort(one: Failure, other: Failure | undefined): boolean {
  if (other === undefined) return false;
  if (one.leaks.length > 0) return other.leaks.length > 0;
  return one.missing.length > 0 ? other.missing.length > 0 : other.leaks.length === 0 && other.missing.length === 0;
}
