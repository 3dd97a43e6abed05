import { describe, expect, test } from '@jest/globals';
import { customerId } from '../../../../src/ids.ts';
import { makeFamilies } from '../../../../src/store/mongodb/families.ts';

/** `a>b` says that a was merged into b; the order is that of age. */
function families(...people: readonly string[]) {
  return makeFamilies(new Map(people.map((text, age) => {
    const [id = '', into] = text.split('>');
    return [id, { _id: id, createdAt: age, mergedInto: into === undefined ? null : customerId(into) }];
  })));
}

describe('a family', () => {
  test.each([
    [['a'], 'a', 'a', ['a']],
    [['a', 'b>a', 'c>b'], 'c', 'a', ['a', 'b', 'c']],
    [['a', 'd>b', 'c>a', 'b>a'], 'd', 'a', ['a', 'c', 'b', 'd']],
    [['a>gone', 'b>a'], 'b', 'a', ['a', 'b']],
    // Circles.
    [['a>b', 'b>a'], 'a', 'a', ['a', 'b']],
    [['b>a', 'a>b'], 'b', 'a', ['a', 'b']],
    [['a>a'], 'a', 'a', ['a']],
    [['d>c', 'c>b', 'b>e', 'e>c'], 'd', 'b', ['b', 'c', 'd', 'e']],
    [['d>c', 'c>b', 'b>e', 'e>c'], 'e', 'b', ['b', 'c', 'd', 'e']],
  ])('of %j: that of %s has the root %s and the members %j', (people, id, root, members) => {
    const { rootOf, membersOf } = families(...people);
    expect(rootOf(id)).toBe(root);
    expect(membersOf(root)).toEqual(members);
  });
});
