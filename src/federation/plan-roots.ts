import type { GraphQLError } from 'graphql';
import type { Action, Decision } from '../authorization/decision.ts';
import type { Caller } from '../caller/caller.ts';
import type { Filter, Order } from '../connectors/connector.ts';
import { ClientError } from '../errors.ts';
import { coordinate, type Coordinate } from '../ids.ts';
import type { CustomerKey } from '../identity/identity.ts';
import type { SelectedField } from '../selection/select.ts';
import type { Model } from '../schema/model.ts';
import { clientError, denial } from './answer.ts';
import { customerKeyOf } from './customer-key.ts';
import { makePlanner, nodeFields, type DecideField, type Planned } from './plan.ts';
import { customerPlan, type CustomerPlan } from './resolve-customer.ts';

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
  | { readonly kind: 'own'; readonly planned: Extract<Planned, { kind: 'own' }>; readonly field: SelectedField };

/** An object of the gateway's own that has customers among its fields. */
export interface PlannedAround {
  readonly own: readonly Planned[];
  /** By field; an error where the field itself is denied. */
  readonly customers: ReadonlyMap<SelectedField, CustomerPlan | GraphQLError>;
}

/** A key that may be looked up, or the error that stands in its place; `at` is the way of naming customers that was denied. */
export type AskedCustomer =
  | { readonly kind: 'key'; readonly key: CustomerKey }
  | { readonly kind: 'refused'; readonly error: GraphQLError; readonly at?: Coordinate };

/** Plans the root fields of an operation. Nothing is asked of the store or of a source here. */
export function planRoots(input: {
  readonly model: Model;
  readonly decide: DecideField;
  readonly caller: Caller;
  readonly fields: readonly SelectedField[];
  readonly maxKeys: number;
}): readonly PlannedRoot[] {
  const { model, decide, caller } = input;
  const planner = makePlanner(model, decide);
  const planOf = (fields: readonly SelectedField[]): CustomerPlan => customerPlan(planner.customer(fields));
  const refusedBy = (action: Action, fields: readonly Coordinate[]): GraphQLError | undefined => firstDenial(decide, caller, action, fields);

  /** Who may see some customers only has no business with all of them. */
  const forSomeOnly = (field: SelectedField): GraphQLError | undefined =>
    (caller.customers === 'all' ? undefined : denial(field.at, { kind: 'deny', reason: 'scope', policies: [] }, caller.kind));

  const keyOf = (value: unknown, path: readonly (string | number)[]): AskedCustomer => {
    const asked = customerKeyOf(value as Readonly<Record<string, unknown>>, path);
    if (asked.kind === 'malformed') return { kind: 'refused', error: clientError(asked.error) };
    const error = refusedBy('lookup', model.searches.get(asked.searches) ?? [asked.searches]);
    return error === undefined ? { kind: 'key', key: asked.key } : { kind: 'refused', error, at: asked.searches };
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
      forSomeOnly(field);
    if (error !== undefined) return { kind: 'refused', field, error };
    return { kind: 'list', field, filters, order, plans: new Map(nodeFields(field).map((node) => [node, planOf(node.below.get(node.type) ?? [])])) };
  };

  const around = (field: SelectedField): PlannedAround => {
    const below = field.below.get(field.type) ?? [];
    const customers = below.filter(({ type }) => type === 'Customer');
    return {
      own: planner.own(field.type, below.filter(({ type }) => type !== 'Customer')),
      customers: new Map(customers.map((one) => [one, refusedBy('read', [one.at]) ?? planOf(one.below.get('Customer') ?? [])])),
    };
  };

  return input.fields.map((field): PlannedRoot => {
    if (field.at.startsWith('Mutation.')) {
      const error = refusedBy('change', [field.at]) ?? forSomeOnly(field);
      return error === undefined ? { kind: 'change', field, plan: around(field) } : { kind: 'refused', field, error };
    }
    switch (field.name) {
      case 'customer':
        return { kind: 'one', field, key: keyOf(field.arguments['by'], ['by']), plan: planOf(field.below.get('Customer') ?? []) };
      case 'customersBy': {
        const keys = field.arguments['keys'] as readonly unknown[];
        if (keys.length > input.maxKeys) {
          const error = new ClientError('BAD_USER_INPUT', `keys: expected at most ${input.maxKeys} keys, got ${keys.length}.`, { argumentPath: ['keys'] });
          return { kind: 'refused', field, error: clientError(error) };
        }
        return { kind: 'many', field, keys: keys.map((key, index) => keyOf(key, ['keys', index])), plan: planOf(field.below.get('Customer') ?? []) };
      }
      case 'customers':
        return listOf(field);
      case 'me':
        return { kind: 'self', field, plan: planOf(field.below.get('Customer') ?? []) };
      case 'linkReviews': {
        const error = refusedBy('list', [field.at]) ?? forSomeOnly(field);
        return error === undefined ? { kind: 'reviews', field, plans: new Map(nodeFields(field).map((node) => [node, around(node)])) } : { kind: 'refused', field, error };
      }
      default: {
        const [planned] = planner.own('Query', [field]);
        if (planned?.kind === 'own') return { kind: 'own', planned, field };
        if (planned?.kind === 'denied') return { kind: 'refused', field, error: denial(field.at, planned.decision, caller.kind) };
        throw new Error(`nobody resolves ${field.at}`);
      }
    }
  });
}

interface ListArguments {
  readonly where?: Readonly<Record<string, string | number | boolean | null>> | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null;
}

function firstDenial(decide: DecideField, caller: Caller, action: Action, fields: readonly Coordinate[]): GraphQLError | undefined {
  for (const field of fields) {
    const decision: Decision = decide(action, field);
    if (decision.kind === 'deny') return denial(field, decision, caller.kind);
  }
  return undefined;
}
