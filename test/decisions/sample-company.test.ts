import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { makeDecider } from '../../src/authorization/decide.ts';
import { actions, type Decider, type Question } from '../../src/authorization/decision.ts';
import { loadDeployment } from '../../src/load-deployment.ts';
import type { Coordinate } from '../../src/ids.ts';
import { aCaller, someFacts } from '../fixtures/deciding.ts';
import { sampleEnvironment } from '../fixtures/sample-environment.ts';

const words = z.array(z.string());
const tableShape = z.strictObject({
  callers: z.record(z.string(), z.strictObject({
    kind: z.string(), audience: z.string(), roles: words, scopes: words.default([]), regions: words.default([]), purpose: z.string(),
  })),
  rows: z.array(z.strictObject({
    who: z.string(),
    for: z.string().optional(),
    does: z.enum(actions).default('read'),
    fields: z.array(z.string().transform((at) => at as Coordinate)).min(1),
    with: words.default([]),
    facts: z.strictObject({ consents: words.default([]), objections: words.default([]), restriction: words.optional(), regions: words.default([]), partners: words.default([]), emergency: z.boolean().default(false) }).optional(),
    granted: z.boolean().default(false),
    is: z.enum(['allow', 'open', 'scope', 'purpose', 'consent', 'objection', 'restriction']),
  })),
});

const { callers, rows } = tableShape.parse(parse(readFileSync(join(import.meta.dirname, 'sample-company.yaml'), 'utf8')));

let decider: Decider;
let governed: ReadonlyMap<Coordinate, string>;
beforeAll(async () => {
  const { policySet, vocabulary, config } = await loadDeployment(join(import.meta.dirname, '../../config'), sampleEnvironment);
  decider = makeDecider({ policySet, vocabulary, purposes: config.purposes });
  governed = vocabulary.classes;
});

describe.each(rows.map((row) => [`${row.who} for ${row.for ?? 'her purpose'} ${row.granted ? 'granted ' : ''}${row.does}: ${row.facts === undefined ? '' : `${JSON.stringify(row.facts)} `}${row.is}`, row] as const))('%s', (_, row) => {
  test.each(row.fields)('%s', (field) => {
    const caller = callers[row.who];
    if (caller === undefined) throw new Error(`the table has no caller "${row.who}"`);
    // A field that does not exist is denied like any other, so that a typo would go unseen.
    expect(governed.has(field)).toBe(true);
    const question: Question = { caller: aCaller(caller), purpose: row.for ?? caller.purpose, action: row.does, field, granted: row.granted, selected: row.with };
    const restriction = row.facts?.restriction && { except: row.facts.restriction };
    const decision = row.facts === undefined ? decider.byCaller(question) : decider.byCustomer(question, someFacts({ ...row.facts, restriction }));
    expect(decision.kind === 'deny' ? decision.reason : decision.kind).toBe(row.is);
  });
});
