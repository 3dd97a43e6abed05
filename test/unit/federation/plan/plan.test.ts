import { expect, test } from '@jest/globals';
import { buildSchema, Kind, parse } from 'graphql';
import { makePlanner, type Planned } from '../../../../src/federation/plan/plan.ts';
import { coordinate, sourceName } from '../../../../src/ids.ts';
import type { Model, ValueOrigin } from '../../../../src/schema/model.ts';
import { select } from '../../../../src/selection/select.ts';

const schema = buildSchema(`
  type Query { customer: Customer }
  type Customer { payments: PaymentConnection }
  type PaymentConnection { edges: [PaymentEdge] }
  type PaymentEdge { node: Payment }
  type Payment { status: String }
`);

function anOrigin(source: string, entity: string, paths: readonly string[]): ValueOrigin {
  return { source: sourceName(source), entity, paths, fallbackOnFailure: false, read: () => 'paid' };
}

test('a constant holds for the records of its source, whatever their entity, and for no other source\'s', () => {
  const erp = anOrigin('erp', 'account', []);
  const model: Model = {
    schema, classes: new Map(), dataClasses: [], inferred: new Set(), money: new Set(), scalars: new Map(), items: new Map(), searches: new Map(), consents: new Map(), costs: new Map(),
    values: new Map([[coordinate('Payment', 'status'), [anOrigin('shop', 'account', []), anOrigin('erp', 'refund', ['state']), erp]]]),
    rows: new Map([[coordinate('Customer', 'payments'), [{ source: sourceName('erp'), entity: 'payment', by: 'account' }]]]),
  };
  const document = parse('{ customer { payments { edges { node { status } } } } }');
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('the document has no operation');
  const [customer] = select({ schema, document, operation, variables: {}, limits: { depth: 10, fields: 10 } });
  const [payments] = makePlanner(model, () => ({ kind: 'allow', policies: [], mask: undefined })).customer(customer?.below.get('Customer') ?? []);
  expect(originsBelow(payments)).toEqual([erp]);
});

/** Where the leaves of a connection's nodes come from. */
function originsBelow(planned: Planned | undefined): readonly ValueOrigin[] {
  if (planned?.kind === 'value') return planned.origins;
  return planned?.kind === 'rows' ? planned.origins.flatMap(({ nodes }) => [...nodes.values()].flat().flatMap(originsBelow)) : [];
}
