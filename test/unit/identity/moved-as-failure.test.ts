import { expect, test } from '@jest/globals';
import type { ReadResult, Row } from '../../../src/connectors/connector.ts';
import { SourceError } from '../../../src/errors.ts';
import { sourceKey, sourceName } from '../../../src/ids.ts';
import { movedAsFailure } from '../../../src/identity/moved-as-failure.ts';

const crm = sourceName('crm');
const row: Row = { key: sourceKey('K-2'), values: { email: 'ada@example.com' }, fetchedAt: 0, stale: false };

test('a record that has moved is a failure of its source, and nothing of its row is left', () => {
  const result = movedAsFailure(crm, { kind: 'moved', row });
  expect(result).toMatchObject({ kind: 'failed', error: { code: 'SOURCE_MALFORMED', source: 'crm' } });
  expect(Object.keys(result).toSorted()).toEqual(['error', 'kind']);
  expect(result.kind === 'failed' && result.error.message).not.toMatch(/K-2|ada/);
});

test.each<[string, ReadResult]>([
  ['found', { kind: 'found', row }],
  ['absent', { kind: 'absent' }],
  ['failed', { kind: 'failed', error: new SourceError({ code: 'SOURCE_TIMEOUT', source: 'crm', message: 'late' }) }],
])('what was %s stays as it is', (_kind, result) => {
  expect(movedAsFailure(crm, result)).toBe(result);
});
