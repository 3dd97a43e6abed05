import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { consentStates } from '../../src/consent/consent-states.ts';
import { factsOf } from '../../src/consent/facts-of.ts';
import { customerId } from '../../src/ids.ts';
import type { Fact } from '../../src/store/facts.ts';
import { aConsent, anObjection, aPurposeRegistry, aRecord, aRelation, aRestriction } from '../fixtures/facts.ts';

const words = z.array(z.string());
const told = { at: z.number(), recorded: z.number().optional(), source: z.string() };
const recordShape = z.union([
  z.strictObject({ ...told, consent: z.enum(['GRANTED', 'DENIED', 'WITHDRAWN']), of: z.string(), channel: z.string().optional(), until: z.number().optional() }),
  z.strictObject({ ...told, objection: z.enum(['OBJECTED', 'LIFTED']), of: z.string() }),
  z.strictObject({ ...told, restriction: z.enum(['RESTRICTED', 'LIFTED']), except: words.default([]) }),
  z.strictObject({ ...told, partner: z.enum(['HOLDS', 'ENDED']), of: z.string(), until: z.number().optional() }),
  z.strictObject({ ...told, region: z.enum(['HOLDS', 'ENDED']), of: z.string(), until: z.number().optional() }),
]);
const tableShape = z.strictObject({
  purposes: z.record(z.string(), z.string().nullable()),
  cases: z.array(z.strictObject({
    name: z.string(),
    now: z.number().default(100),
    records: z.array(recordShape),
    consents: words.default([]), objections: words.default([]), restriction: words.optional(), regions: words.default([]), partners: words.default([]),
    /** What people are shown; a row without it says nothing of that. */
    states: words.optional(),
  })),
});

function factOf(row: z.output<typeof recordShape>): Fact {
  const { at, source } = row;
  if ('consent' in row) return aConsent({ at, source, status: row.consent, purpose: row.of, channel: row.channel, expiresAt: row.until });
  if ('objection' in row) return anObjection({ at, source, status: row.objection, purpose: row.of });
  if ('restriction' in row) return aRestriction({ at, source, status: row.restriction, except: row.except });
  const relation = 'partner' in row ? { relation: 'PARTNER', status: row.partner } as const : { relation: 'REGION', status: row.region } as const;
  return aRelation({ at, source, ...relation, party: row.of, expiresAt: row.until });
}

const { purposes, cases } = tableShape.parse(parse(readFileSync(join(import.meta.dirname, 'consent.yaml'), 'utf8')));
const registry = aPurposeRegistry(purposes);

describe('of a customer is known', () => {
  test.each(cases.map((row) => [row.name, row] as const))('%s', (_, { now, records: rows, restriction, states, name: __, ...expected }) => {
    const records = rows.map((row, at) => aRecord(customerId('a'), String(at), factOf(row), row.recorded === undefined ? {} : { recordedAt: row.recorded }));
    for (const inOrder of [records, records.toReversed()]) {
      expect(factsOf(inOrder, { purposes: registry, now })).toEqual({ ...expected, restriction: restriction && { except: restriction }, emergency: false });
      if (states === undefined) continue;
      expect(consentStates(inOrder, now).map(({ purpose, channel, source, status }) => `${purpose}${channel === undefined ? '' : ` in ${channel}`} by ${source} is ${status}`)).toEqual(states);
    }
  });

  test('what the table says, each row by a name of its own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});
