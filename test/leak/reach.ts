import type { Asker } from './callers.ts';
import type { Key } from './keys.ts';
import { knownOf } from './known.ts';
import { byRow } from './rules.ts';
import type { Person, World } from './world.ts';

/**
 * Whom a key names, if the caller may name her: a partner only those whom its token names or who are recorded as its customers, a
 * customer only herself. Whether she may then be seen is another matter. `sure` says that she is found whatever happened before.
 */
export function reach(asker: Asker, key: Key, { world, ids, now }: {
  readonly world: World;
  readonly ids: ReadonlyMap<Person, string>;
  readonly now: number;
}): { readonly person: Person; readonly sure: boolean } | undefined {
  const [[name, value] = ['', undefined]] = Object.entries(key);
  // A partner's ids are its own: those of the gateway and of sources are nobody's.
  if (asker.kind === 'partner' && (name === 'id' || name === 'external')) return undefined;
  const person = world.people.find((one) => bears(one, ids.get(one), name, value));
  if (person === undefined) return undefined;
  const { numbers, audience, kind } = asker;
  const named = numbers?.includes(person.number) === true;
  const related = kind === 'partner' && knownOf(person, now).partners.has(audience);
  if (numbers !== undefined && !named && !related) return undefined;
  return { person, sure: person.stored && (!byAddress.has(name) || mayAskSources(asker)) };
}

/** Ways of naming somebody that the store does not know: sources have to be asked. */
const byAddress: ReadonlySet<string> = new Set(['email', 'phone']);

/** Sources are asked for staff alone, and only where it does not depend on the customer whether she is seen. */
function mayAskSources({ kind, roles, purpose }: Asker): boolean {
  return kind === 'staff' && !byRow.has(purpose) && !roles.includes('regional') && !roles.includes('discreet');
}

function bears({ number, records }: Person, id: string | undefined, name: string, value: unknown): boolean {
  const text = String(value).toLowerCase();
  switch (name) {
    case 'id': return id !== undefined && value === id;
    case 'number': return value === number;
    case 'email': return [records.crm?.['email'], records.billing?.['email']].some((one) => typeof one === 'string' && one === text);
    case 'phone': return [records.crm?.['phone'], records.desk?.['phone']].includes(value);
    case 'external': {
      const { namespace, value: external } = value as { readonly namespace: string; readonly value: string };
      return Object.entries(records).some(([source, row]) => source === namespace && row.id === external);
    }
    default: return false;
  }
}
