import { expect, test } from '@jest/globals';
import { ClientError } from '../../../src/errors.ts';
import { fitSources } from '../../../src/federation/fit-sources.ts';

type Given = Parameters<typeof fitSources>;

/** Thirty customers who are linked to billing, of whom a page of invoices is asked for. */
function ask(kind: 'partner' | 'staff', more: { readonly kept?: readonly string[]; readonly after?: string } = {}): unknown {
  const fields = [{ kind: 'rows', field: { arguments: { first: 2, after: more.after } }, origins: [{ origin: { source: 'billing', entity: 'invoice', by: 'account' }, nodes: new Map() }] }];
  const disclosures = Array.from({ length: 30 }, (_, place) => ({ linked: { members: [{ links: [{ namespace: 'billing', value: `cus_${place}` }] }] }, fields }));
  const context = {
    caller: { kind }, maxFirst: 100, purpose: 'service.support', model: { consents: new Map() }, lead: { name: 'crm', identity: { entity: 'contact' } },
    bounds: new Map([['billing', { calls: 20, kept: new Set(more.kept) }]]),
    capabilities: new Map([['billing', new Map([['invoice', { read: undefined, find: new Map([['account', { batch: 1, pageSize: 10 }]]) }]])]]),
  };
  try {
    fitSources(...[context, [{ kind: 'many' }], [{ disclosures }]] as unknown as Given);
    return undefined;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { message: error.message, code: error.code, extensions: error.extensions };
  }
}

test('staff are told which source, and how many calls', () => {
  expect(ask('staff')).toEqual({
    message: 'The operation takes 30 calls of billing at once, which answers 20 in time; ask for fewer customers at once.',
    code: 'COST_LIMIT_EXCEEDED', extensions: { limit: 'calls', source: 'billing', got: 30, allowed: 20 },
  });
});

test('partners are told neither which systems there are nor how many customers one of them knows', () => {
  const said = ask('partner');
  expect(said).toMatchObject({ code: 'COST_LIMIT_EXCEEDED', extensions: { limit: 'calls' } });
  expect(JSON.stringify(said)).not.toMatch(/billing|\d/);
});

test('what may have been kept, and what goes on from a cursor, is not counted', () => {
  expect(ask('staff', { kept: ['invoice'] })).toBeUndefined();
  expect(ask('staff', { after: 'a cursor' })).toBeUndefined();
});
