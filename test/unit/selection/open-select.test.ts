import { describe, expect, test } from '@jest/globals';
import { buildSchema, Kind, parse, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { openSelect } from '../../../src/selection/open-select.ts';
import { select, type SelectedField, type Selecting } from '../../../src/selection/select.ts';

const schema = buildSchema(`
  type Query { one(by: String, first: Int = 3): Item other: Item }
  type Item { name(as: String = "short"): String parts(first: Int = 2): [Item] }
`);
const limits = { depth: 10, fields: 100 };

function asked(document: DocumentNode, variables: Readonly<Record<string, unknown>>): Selecting {
  const operation = document.definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  return { schema, document, operation, variables, limits };
}
const plain = (fields: readonly SelectedField[]): unknown => JSON.parse(JSON.stringify(fields.map(({ definition: _, below, ...field }) => ({ ...field, below: [...below].map(([type, inner]) => [type, plain(inner)]) }))));

describe('what is selected is the same as ever,', () => {
  test.each<[string, string, readonly Readonly<Record<string, unknown>>[]]>([
    ['whatever root fields are asked with', 'query ($by: String) { one(by: $by) { name } }', [{ by: 'a' }, { by: 'b' }, { by: null }, {}]],
    ['whatever fields below are asked with', 'query ($n: Int) { one { parts(first: $n) { name } } }', [{ n: 1 }, { n: 2 }, { n: 1 }]],
    ['with what is not given, and with what is null', 'query ($n: Int) { one { parts(first: $n) { name } } }', [{}, { n: null }, {}]],
    ['where root fields are left out', 'query ($x: Boolean!) { one @include(if: $x) { name } other { name } }', [{ x: true }, { x: false }, { x: true }]],
    ['where fields below are left out', 'query ($x: Boolean!) { one { name @skip(if: $x) parts { name } } }', [{ x: true }, { x: false }]],
    ['in fragments', 'query ($x: Boolean!, $as: String) { ...Root } fragment Root on Query { one(by: $as) { ...Named @include(if: $x) } } fragment Named on Item { name(as: $as) }', [
      { x: true, as: 'long' }, { x: false, as: 'long' }, { x: true, as: 'other' },
    ]],
  ])('%s', (_name, text, given) => {
    const [document, selectOnce] = [parse(text), openSelect()];
    for (const variables of given) expect(plain(selectOnce(asked(document, variables)))).toEqual(plain(select(asked(document, variables))));
  });
});

describe('what is below a root field', () => {
  const below = (fields: readonly SelectedField[]): unknown => fields[0]?.below;

  test('is one object for all who are asked about, and another where something else is selected', () => {
    const document = parse('query ($by: String, $n: Int) { one(by: $by) { parts(first: $n) { name } } }');
    const selectOnce = openSelect();
    const first = selectOnce(asked(document, { by: 'a', n: 1 }));
    expect(below(selectOnce(asked(document, { by: 'b', n: 1 })))).toBe(below(first));
    expect(below(selectOnce(asked(document, { by: 'a', n: 2 })))).not.toBe(below(first));
  });

  test('is another for other limits, and too much is too much each time', () => {
    const document = parse('{ one { parts { parts { name } } } }');
    const selectOnce = openSelect();
    const few = { ...asked(document, {}), limits: { depth: 2, fields: 10 } };
    expect(selectOnce(asked(document, {}))).toHaveLength(1);
    for (let time = 0; time < 2; time += 1) expect(() => selectOnce(few)).toThrow(/more than 2 levels/);
  });
});
