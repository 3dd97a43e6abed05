import type { CustomerDocument } from './documents.ts';

/** Who is one with whom, among the customers that were read. */
export interface Families {
  /** The one whose id all of a family bear. */
  rootOf(id: string): string;
  /** The root and all below, who was merged directly first, then by age. */
  membersOf(root: string): readonly string[];
}

/**
 * Merges, as a tree. Two processes that merge two customers into each other at the same moment, and crash, close a circle:
 * then its smallest id is the root, for everybody alike, and the merge of that one counts as not made.
 */
export function makeFamilies(people: ReadonlyMap<string, CustomerDocument>): Families {
  const above = (id: string): string | undefined => {
    const next = people.get(id)?.mergedInto ?? undefined;
    return next !== undefined && people.has(next) ? next : undefined;
  };
  const children = Map.groupBy([...people.values()], ({ _id }) => above(_id));
  return {
    rootOf(id) {
      const way: string[] = [id];
      for (let next = above(id); next !== undefined; next = above(next)) {
        const met = way.indexOf(next);
        if (met >= 0) return way.slice(met).sort()[0] ?? next;
        way.push(next);
      }
      return way.at(-1) ?? id;
    },
    membersOf(root) {
      const members: string[] = [];
      for (let level: readonly string[] = [root]; level.length > 0;) {
        members.push(...level);
        level = level.flatMap((id) => children.get(id) ?? []).filter(({ _id }) => _id !== root).sort(byAge).map(({ _id }) => _id);
      }
      return members;
    },
  };
}

function byAge(one: CustomerDocument, other: CustomerDocument): number {
  return one.createdAt - other.createdAt || (one._id < other._id ? -1 : 1);
}
