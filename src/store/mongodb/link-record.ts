import type { NewLink } from '../links.ts';
import type { ChangeRefusal } from '../stewardship.ts';
import { idOf, linkDocument } from './documents.ts';
import { ownerOf, type Plan, type Planning, type Taken } from './plan.ts';
import { removeIds } from './table.ts';

/**
 * Attaches a record that nobody has. After a crash the link is there or not, and if it is, perhaps also the bar against it and
 * what was noted as unlinked: a bar does nothing against a link that is there.
 */
export async function planLink({ tables, clock, customer, group, begun }: Planning, link: NewLink): Promise<Plan | ChangeRefusal> {
  const { members: [root] } = customer;
  const holder = await ownerOf(tables, link);
  if (holder !== undefined && !group.includes(holder)) return 'LINKED_ELSEWHERE';
  if (holder !== undefined && begun === undefined) return 'ALREADY_SO';
  if (holder === undefined && root.links.some(({ namespace }) => namespace === link.namespace)) return 'HAS_ANOTHER_KEY';
  return {
    facts: { kind: 'LINKED', customer: holder ?? root.id, record: { namespace: link.namespace, value: link.value } },
    steps: async (): Promise<Taken> => {
      const now = clock();
      const refused = await tables.link.insert([linkDocument(root.id, link, { first: now, last: now })]);
      // Planned anew, it is seen whether the record or the key in its source has come to be there.
      if (refused.size > 0 && holder === undefined) return 'again';
      await removeIds(tables.bar, group.map((id) => idOf(id, link.namespace, link.value)));
      await removeIds(tables.unlinked, [idOf(holder ?? root.id, link.namespace)]);
      return 'made';
    },
  };
}
