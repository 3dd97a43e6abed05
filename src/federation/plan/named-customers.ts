import { entityKeys } from '../../schema/subgraph.ts';
import type { SelectedField } from '../../selection/select.ts';

/** A customer as a root field names her. */
export interface NamedCustomer {
  /** A `CustomerKey`. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Where in the field's arguments stands what is at this path of the key. */
  readonly placeOf: (below: readonly string[]) => readonly (string | number)[];
}

/** The customers whom the arguments of a field name, in their order. */
export function namedCustomers({ at, arguments: given }: Pick<SelectedField, 'at' | 'arguments'>): readonly NamedCustomer[] {
  if (at === 'Query.node') return [{ key: { id: given['id'] }, placeOf: () => ['id'] }];
  if (at === 'Query.nodes') return (given['ids'] as readonly unknown[]).map((id, index) => ({ key: { id }, placeOf: () => ['ids', index] }));
  if (at === 'Query._entities') return (given['representations'] as readonly unknown[]).map((one, index) => ({ key: keyIn(one), placeOf: () => ['representations', index] }));
  const { by, keys } = given as { readonly by?: NamedCustomer['key'] | null; readonly keys?: readonly NamedCustomer['key'][] | null };
  return [
    ...(by === undefined || by === null ? [] : [{ key: by, placeOf: (below: readonly string[]) => ['by', ...below] }]),
    ...(keys ?? []).map((key, index) => ({ key, placeOf: (below: readonly string[]) => ['keys', index, ...below] })),
  ];
}

/**
 * How a router's representation names a customer; without a member where it names none. What another graph made of it is not
 * checked by GraphQL, and what can be nobody's is nobody's.
 */
function keyIn(representation: unknown): NamedCustomer['key'] {
  if (typeof representation !== 'object' || representation === null) return {};
  const given = representation as Readonly<Record<string, unknown>>;
  const member = given['__typename'] === 'Customer' ? entityKeys.find((name) => typeof given[name] === 'string') : undefined;
  return member === undefined ? {} : { [member]: given[member] };
}
