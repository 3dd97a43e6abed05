import type { GraphQLError } from 'graphql';
import type { Action, EarlyDecision } from '../../authorization/decision.ts';
import { sight, type Rights } from '../../authorization/rights.ts';
import type { Caller } from '../../caller/caller.ts';
import type { Filter, Order } from '../../connectors/connector.ts';
import { ClientError } from '../../errors.ts';
import { coordinate, type Coordinate } from '../../ids.ts';
import type { CustomerKey } from '../../identity/identity.ts';
import type { SelectedField } from '../../selection/select.ts';
import type { Model } from '../../schema/model.ts';
import { clientError, denial } from '../answer.ts';
import type { CallerIds } from '../caller-ids.ts';
import { customerKeyOf } from './customer-key.ts';
import type { CustomerPlan, CustomerPlans } from './customer-plan.ts';
import { namedCustomers, type NamedCustomer } from './named-customers.ts';
import { makePlanner, nodeFields, type Planned } from './plan.ts';
import { settle } from './settle.ts';

/** One root field, planned and decided by caller and purpose. */
export type PlannedRoot =
  | { readonly kind: 'refused'; readonly field: SelectedField; readonly error: GraphQLError }
  | { readonly kind: 'one'; readonly field: SelectedField; readonly key: AskedCustomer; readonly plan: CustomerPlan }
  | { readonly kind: 'many'; readonly field: SelectedField; readonly keys: readonly AskedCustomer[]; readonly plan: CustomerPlan }
  | {
      readonly kind: 'list';
      readonly field: SelectedField;
      readonly filters: readonly Filter[];
      readonly order: Order | undefined;
      readonly plans: ReadonlyMap<SelectedField, CustomerPlan>;
    }
  | { readonly kind: 'self'; readonly field: SelectedField; readonly plan: CustomerPlan }
  | { readonly kind: 'reviews'; readonly field: SelectedField; readonly plans: ReadonlyMap<SelectedField, PlannedAround> }
  | { readonly kind: 'change'; readonly field: SelectedField; readonly plan: PlannedAround }
  | { readonly kind: 'record'; readonly field: SelectedField; readonly plan: PlannedAround }
  | { readonly kind: 'access'; readonly field: SelectedField; readonly planned: Extract<Planned, { kind: 'own' }> }
  | { readonly kind: 'accessList'; readonly field: SelectedField; readonly planned: Extract<Planned, { kind: 'own' }> }
  | { readonly kind: 'report'; readonly field: SelectedField; readonly planned: Extract<Planned, { kind: 'own' }> }
  | { readonly kind: 'own'; readonly planned: Extract<Planned, { kind: 'own' }>; readonly field: SelectedField };

/** An object of the gateway's own that has customers among its fields. */
export interface PlannedAround {
  readonly own: readonly Planned[];
  readonly customers: readonly PlannedCustomer[];
}

/** A field that holds a customer, with what caller and purpose decide of reading it. */
export interface PlannedCustomer {
  readonly field: SelectedField;
  readonly decision: EarlyDecision;
  readonly plan: CustomerPlan;
}

/** A key that may be looked up, one that nobody can have, or the error that stands in its place; `at` is the way of naming customers that was denied. */
export type AskedCustomer =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'key'; readonly key: CustomerKey }
  | { readonly kind: 'refused'; readonly error: GraphQLError; readonly at?: Coordinate };

/** Plans the root fields of an operation. Nothing is asked of the store or of a source here. */
export function planRoots(input: {
  readonly model: Model;
  readonly rights: Rights;
  readonly caller: Caller;
  readonly ids: CallerIds;
  readonly plans: CustomerPlans;
  readonly fields: readonly SelectedField[];
  readonly maxKeys: number;
}): readonly PlannedRoot[] {
  const { model, rights, caller, ids } = input;
  const planner = makePlanner(model, (field) => rights.early('read', field));
  const planOf = (field: SelectedField): CustomerPlan => {
    const selected = field.below.get('Customer') ?? [];
    return input.plans.of(selected, rights, () => planner.customer(selected));
  };
  const refusedBy = (action: Action, fields: readonly Coordinate[], at?: Coordinate): GraphQLError | undefined => {
    for (const field of fields) {
      const decision = rights.early(action, field);
      if (decision.kind === 'deny') return denial(at ?? field, decision, caller.kind);
    }
    return undefined;
  };
  /** Who may see no customer at all for this purpose is told so; nobody is looked for. */
  const seesNobody = (field: SelectedField): GraphQLError | undefined => refusedBy('see', [sight], field.at);

  /** Who may see some customers only has no business with all of them. */
  const forSomeOnly = (field: SelectedField): GraphQLError | undefined =>
    (caller.customers === 'all' ? undefined : denial(field.at, { kind: 'deny', reason: 'scope', policies: [], ask: [], grantable: false, inEmergency: false }, caller.kind));

  // A list names many customers in the same way.
  const lookups = new Map<Coordinate, GraphQLError | undefined>();
  const lookupRefused = (searches: Coordinate): GraphQLError | undefined => {
    if (!lookups.has(searches)) lookups.set(searches, refusedBy('lookup', model.searches.get(searches) ?? [searches]));
    return lookups.get(searches);
  };
  const keyOf = (named: NamedCustomer): AskedCustomer => {
    const asked = customerKeyOf(named, ids);
    if (asked.kind === 'malformed') return { kind: 'refused', error: clientError(asked.error) };
    const error = lookupRefused(asked.searches);
    return error === undefined ? { kind: 'key', key: asked.key } : { kind: 'refused', error, at: asked.searches };
  };

  const oneOf = (field: SelectedField): PlannedRoot => {
    const [named] = namedCustomers(field);
    if (named === undefined) throw new Error(`${field.at} names nobody`);
    const key = keyOf(named);
    const error = key.kind === 'key' ? seesNobody(field) : undefined;
    return error === undefined ? { kind: 'one', field, key, plan: planOf(field) } : { kind: 'refused', field, error };
  };

  const tooMany = (argument: string, { length }: readonly NamedCustomer[]): GraphQLError | undefined => (length <= input.maxKeys ? undefined
    : clientError(new ClientError('BAD_USER_INPUT', `${argument}: expected at most ${input.maxKeys} keys, got ${length}.`, { argumentPath: [argument] })));

  const manyOf = (field: SelectedField, argument: string): PlannedRoot => {
    const named = namedCustomers(field);
    const error = tooMany(argument, named) ?? seesNobody(field);
    return error === undefined ? { kind: 'many', field, keys: named.map(keyOf), plan: planOf(field) } : { kind: 'refused', field, error };
  };

  /** Each place has its own answer, since a router tells its client in which field an error stands by that. What can be nobody's key is nobody's. */
  const entitiesOf = (field: SelectedField): PlannedRoot => {
    const named = namedCustomers(field);
    const error = tooMany('representations', named);
    if (error !== undefined) return { kind: 'refused', field, error };
    const unseen = seesNobody(field);
    const entityOf = (one: NamedCustomer): AskedCustomer => {
      if (unseen !== undefined) return { kind: 'refused', error: unseen, at: field.at };
      const key = keyOf(one);
      return key.kind === 'refused' && key.at === undefined ? { kind: 'nobody' } : key;
    };
    return { kind: 'many', field, keys: named.map(entityOf), plan: planOf(field) };
  };

  const listOf = (field: SelectedField): PlannedRoot => {
    const { where, orderBy } = field.arguments as ListArguments;
    const filters = Object.entries(where ?? {}).flatMap(([name, value]) => (value === null ? [] : [{ name, value: String(value) }]));
    const order = orderBy === undefined || orderBy === null ? undefined : { name: orderBy.field, direction: orderBy.direction };
    const searched = (type: string, name: string): readonly Coordinate[] => model.searches.get(coordinate(type, name)) ?? [coordinate(type, name)];
    const error =
      refusedBy('list', [field.at]) ??
      refusedBy('filter', filters.flatMap(({ name }) => searched('CustomerFilter', name))) ??
      refusedBy('order', order === undefined ? [] : searched('CustomerOrderField', order.name)) ??
      forSomeOnly(field) ??
      seesNobody(field);
    if (error !== undefined) return { kind: 'refused', field, error };
    return { kind: 'list', field, filters, order, plans: new Map(nodeFields(field).map((node) => [node, planOf(node)])) };
  };

  const around = (field: SelectedField): PlannedAround => {
    const below = field.below.get(field.type) ?? [];
    const customers = below.filter(({ type }) => type === 'Customer');
    return {
      own: planner.own(field.type, below.filter(({ type }) => type !== 'Customer')),
      customers: customers.map((one) => ({ field: one, decision: rights.early('read', one.at), plan: planOf(one) })),
    };
  };

  /** An object of the gateway's own that is about no customer. */
  const ofNobody = (field: SelectedField): Extract<Planned, { kind: 'own' }> =>
    ({ kind: 'own', field, mask: undefined, below: new Map([...field.below].map(([type, fields]) => [type, settle(planner.own(type, fields), rights.ofNobody)])) });

  return input.fields.map((field): PlannedRoot => {
    if (field.type === 'AccessRequest') {
      const isChange = field.at.startsWith('Mutation.');
      const error = refusedBy(isChange ? 'change' : 'list', [field.at]);
      if (error !== undefined) return { kind: 'refused', field, error };
      return isChange ? { kind: 'access', field, planned: ofNobody(field) } : { kind: 'accessList', field, planned: ofNobody(field) };
    }
    if (recorded.has(field.at)) {
      const error = refusedBy('change', [field.at]) ?? seesNobody(field);
      return error === undefined ? { kind: 'record', field, plan: around(field) } : { kind: 'refused', field, error };
    }
    if (field.at.startsWith('Mutation.')) {
      const error = refusedBy('change', [field.at]) ?? forSomeOnly(field) ?? seesNobody(field);
      return error === undefined ? { kind: 'change', field, plan: around(field) } : { kind: 'refused', field, error };
    }
    switch (field.name) {
      case 'customer':
      case 'node':
        return oneOf(field);
      case 'customersBy':
        return manyOf(field, 'keys');
      case 'nodes':
        return manyOf(field, 'ids');
      case '_entities':
        return entitiesOf(field);
      case '_service':
        return { kind: 'own', field, planned: ofService(field) };
      case 'customers':
        return listOf(field);
      case 'me': {
        const error = seesNobody(field);
        return error === undefined ? { kind: 'self', field, plan: planOf(field) } : { kind: 'refused', field, error };
      }
      case 'linkReviews': {
        const error = refusedBy('list', [field.at]) ?? forSomeOnly(field) ?? seesNobody(field);
        return error === undefined ? { kind: 'reviews', field, plans: new Map(nodeFields(field).map((node) => [node, around(node)])) } : { kind: 'refused', field, error };
      }
      default: {
        const [planned] = settle(planner.own('Query', [field]), rights.ofNobody);
        if (planned?.kind === 'own') return { kind: field.name === 'accessReport' ? 'report' : 'own', planned, field };
        if (planned?.kind === 'denied') return { kind: 'refused', field, error: denial(field.at, planned.decision, caller.kind) };
        throw new Error(`nobody resolves ${field.at}`);
      }
    }
  });
}

/** What a router is told of this graph; it is about nobody, and not classified. */
function ofService(field: SelectedField): Extract<Planned, { kind: 'own' }> {
  const own = (one: SelectedField): Extract<Planned, { kind: 'own' }> => ({
    kind: 'own', field: one, mask: undefined, below: new Map([...one.below].map(([type, fields]) => [type, fields.filter(({ name }) => name !== '__typename').map(own)])),
  });
  return own(field);
}

/** What adds to what is known of a customer; who may, may do so for the customers whom she may see. */
const recorded: ReadonlySet<Coordinate> = new Set(['Mutation.recordConsent', 'Mutation.withdrawConsent', 'Mutation.recordObjection', 'Mutation.restrictProcessing']);

interface ListArguments {
  readonly where?: Readonly<Record<string, string | number | boolean | null>> | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
}
