import { describe, expect, test } from '@jest/globals';
import { compileExpression, quote, type Expression } from '../../../src/parse/expression.ts';
import { collectFaults } from '../../../src/parse/faults.ts';

function compiled(text: string): Expression {
  const faults = collectFaults('crm.yaml');
  const expression = compileExpression(text, faults);
  if (expression === undefined) throw new Error(JSON.stringify(faults.all()));
  return expression;
}

describe('an expression', () => {
  test('a mistake in its syntax is a fault', () => {
    const faults = collectFaults('crm.yaml');
    expect(compileExpression('$keys.(', faults)).toBeUndefined();
    expect(faults.all()).toMatchObject([{ path: 'jsonata', message: expect.stringMatching(/^not a JSONata expression: ./) }]);
  });

  test.each([
    ['without end', '($f := function($x) { $f($x + 1) }; $f(0))', 'D1012'],
    ['too deep', '($f := function($x) { 1 + $f($x + 1) }; $f(0))', 'D1011'],
    ['too long', '[1..10000000]', 'D2015'],
  ])('ends by itself when it runs %s', async (_, text, code) => {
    await expect(compiled(text).evaluate({})).rejects.toMatchObject({ code });
  });

  test('evaluations of one expression do not see each other', async () => {
    const expression = compiled('($x := $value; $sum([1..20]) > 0 ? $x)');
    const values = Array.from({ length: 50 }, (_, at) => `v${at}`);
    expect(await Promise.all(values.map(async (value) => expression.evaluate(undefined, { value })))).toEqual(values);
  });

  test("gives lists without JSONata's own marks", async () => {
    const list = await compiled('data.id').evaluate({ data: [{ id: 1 }, { id: 2 }] });
    expect(Object.entries(list ?? {})).toEqual([
      ['0', 1],
      ['1', 2],
    ]);
  });

  test.each([
    ["it's", "'", "'it\\'s'"],
    ['a\\', '"', '"a\\\\"'],
    ['\\"', '"', '"\\\\\\""'],
    ['日本', '"', '"日本"'],
    ['', "'", "''"],
  ])('$quote of %j in %j is %j', async (text, mark, expected) => {
    expect(quote(text, mark)).toBe(expected);
    expect(await compiled('$quote($value, $mark)').evaluate(undefined, { value: text, mark })).toBe(expected);
  });
});
