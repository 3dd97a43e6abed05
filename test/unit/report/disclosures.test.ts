import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, GraphQLError, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { loadDeployment } from '../../../src/load-deployment.ts';
import { readDisclosures } from '../../../src/report/disclosures.ts';
import { openGaps } from '../../../src/report/gaps.ts';
import type { ReportDisclosure, ReportGap } from '../../../src/report/report.ts';
import { sampleEnvironment } from '../../fixtures/sample-environment.ts';

let schema: GraphQLSchema;
beforeAll(async () => {
  ({ model: { schema } } = await loadDeployment(new URL('../../../config', import.meta.url).pathname, sampleEnvironment));
});

type Use = Readonly<Record<string, unknown>>;
/** A use by a partner, but for what is said otherwise. */
const aUse = (more: Use = {}): Use => ({
  at: '2026-03-02T00:00:00.000Z', purpose: 'partner.share.acme', recipient: 'acme', disclosed: ['PROFILE', 'IDENTIFIER'], masked: [], formerFields: [], ...more,
});
const aPage = (uses: readonly Use[], next?: string | null): ExecutionResult => ({
  data: { customer: { dataUses: { edges: uses.map((node) => ({ node })), pageInfo: { hasNextPage: next !== undefined, endCursor: next ?? null } } } },
});
const dataUses = { field: 'Customer.dataUses', source: null, detail: null, places: 1 };

/** What is told from the given answers, one for each operation, and what was asked for. */
async function read(answers: readonly (ExecutionResult | Error)[], { mostPages = 10, late = (): boolean => false, of = schema } = {}): Promise<{ readonly told: readonly ReportDisclosure[]; readonly gaps: readonly ReportGap[]; readonly after: readonly unknown[] }> {
  const gaps = openGaps();
  const after: unknown[] = [];
  const told = await readDisclosures({
    by: { number: '1' }, schema: of, dataClasses: ['identifier', 'profile', 'contact'], pageSize: 2, mostPages, gaps, late,
    async run(text, variables) {
      expect(validate(schema, parse(text))).toEqual([]);
      expect(text).toContain('includeOwn: false');
      expect(variables).toMatchObject({ by: { number: '1' }, first: 2 });
      const answer = answers[after.length];
      after.push(variables['after']);
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing more was to be asked for');
      return answer;
    },
  });
  return { told, gaps: gaps.all(), after };
}

describe('who was given something', () => {
  test('is gathered over all pages, each partner once, and whoever came last first; colleagues are none', async () => {
    const { told, gaps, after } = await read([
      aPage([aUse({ at: '2026-03-09T00:00:00.000Z', recipient: 'other', disclosed: [], masked: ['CONTACT'] }), aUse({ recipient: null, disclosed: ['FINANCIAL'] })], 'a'),
      // All of a page may be left out.
      aPage([], 'b'),
      aPage([aUse({ formerFields: ['Loyalty.tier'] }), aUse({ at: '2026-03-01T00:00:00.000Z', purpose: 'former.purpose', disclosed: ['CONTACT'], masked: ['CONTACT'] })]),
    ]);
    expect(after).toEqual([null, 'a', 'b']);
    expect(gaps).toEqual([]);
    expect(told).toEqual([
      { recipient: 'other', purposes: ['partner.share.acme'], disclosed: [], masked: ['contact'], formerFields: [], times: 1, firstAt: '2026-03-09T00:00:00.000Z', lastAt: '2026-03-09T00:00:00.000Z' },
      {
        recipient: 'acme', purposes: ['former.purpose', 'partner.share.acme'], disclosed: ['identifier', 'profile', 'contact'], masked: ['contact'], formerFields: ['Loyalty.tier'],
        times: 2, firstAt: '2026-03-01T00:00:00.000Z', lastAt: '2026-03-02T00:00:00.000Z',
      },
    ]);
  });

  test('is cut where pages or time end, and that is a gap', async () => {
    const pages = [aPage([aUse()], 'a'), aPage([aUse()], 'b'), aPage([aUse()])];
    expect(await read(pages, { mostPages: 2 })).toMatchObject({ told: [{ times: 2 }], gaps: [{ ...dataUses, reason: 'BOUND' }], after: [null, 'a'] });
    expect(await read(pages, { mostPages: 3 })).toMatchObject({ told: [{ times: 3 }], gaps: [] });
    expect(await read(pages, { late: () => true })).toEqual({ told: [], gaps: [{ ...dataUses, reason: 'BOUND' }], after: [] });
    expect(await read([aPage([aUse()], null)])).toMatchObject({ told: [{ times: 1 }], gaps: [{ ...dataUses, reason: 'BOUND' }] });
  });

  test('is a gap where it is denied, fails, or is not there for an audience', async () => {
    const denied = (path: readonly (string | number)[]): GraphQLError => new GraphQLError('no', { path, extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', reason: 'scope' } });
    expect(await read([{ data: { customer: { dataUses: null } }, errors: [denied(['customer', 'dataUses'])] }]))
      .toMatchObject({ told: [], gaps: [{ ...dataUses, reason: 'DENIED', detail: 'scope' }] });
    const nameless = { ...aPage([aUse({ recipient: null })]), errors: [denied(['customer', 'dataUses', 'edges', 0, 'node', 'recipient'])] };
    expect(await read([nameless])).toMatchObject({ told: [], gaps: [{ ...dataUses, field: 'DataUse.recipient', reason: 'DENIED', detail: 'scope' }] });
    const masked = { ...aPage([aUse()]), extensions: { masked: [{ path: ['customer', 'dataUses', 'edges', 0, 'node', 'at'], mask: 'year' }] } };
    expect(await read([masked])).toMatchObject({ told: [{ times: 1 }], gaps: [{ ...dataUses, field: 'DataUse.at', reason: 'MASKED', detail: 'year' }] });
    for (const failed of [new Error('what is on record cannot be read'), { data: { customer: null } }]) {
      expect(await read([aPage([aUse()], 'a'), failed])).toMatchObject({ told: [{ times: 1 }], gaps: [{ ...dataUses, reason: 'UNAVAILABLE' }] });
    }
    expect(await read([], { of: buildSchema('type Query { customer(by: ID): Customer } type Customer { id: ID }') })).toEqual({ told: [], gaps: [{ ...dataUses, reason: 'DENIED' }], after: [] });
  });
});
