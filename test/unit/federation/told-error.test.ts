import { expect, test } from '@jest/globals';
import { parse, type FieldNode, type OperationDefinitionNode } from 'graphql';
import { placeError, toldError } from '../../../src/federation/told-error.ts';

const nodesOf = (text: string): readonly FieldNode[] => (parse(text).definitions[0] as OperationDefinitionNode).selectionSet.selections as readonly FieldNode[];
const error = toldError('Not permitted.', { extensions: { code: 'X' } });

test('an error has no stack, and leaves those of others alone', () => {
  expect(error.stack).not.toMatch(/\n\s+at /);
  expect(new Error('x').stack).toMatch(/\n\s+at /);
});

test('each row of a list has its own path and the same place in the document', () => {
  const [first, second] = [nodesOf('{\n  a\n}'), nodesOf('{ b }')];
  const told = [placeError(error, first, ['a', 0]), placeError(error, first, ['a', 1]), placeError(error, second, ['b'])];
  expect(told.map((one) => JSON.parse(JSON.stringify(one)))).toEqual([
    { message: 'Not permitted.', locations: [{ line: 2, column: 3 }], path: ['a', 0], extensions: { code: 'X' } },
    { message: 'Not permitted.', locations: [{ line: 2, column: 3 }], path: ['a', 1], extensions: { code: 'X' } },
    { message: 'Not permitted.', locations: [{ line: 1, column: 3 }], path: ['b'], extensions: { code: 'X' } },
  ]);
});
