import type { FieldCost, Model } from '../schema/model.ts';
import type { SelectedField } from '../selection/select.ts';

/** What is below a field: once, and for each item of the lists that its own arguments size. */
interface Below {
  readonly once: number;
  readonly each: number;
}

const nothing: Below = { once: 0, each: 0 };
const free: FieldCost = { weight: 0, item: 0, size: 1, slicing: [], sized: [] };

/**
 * Opens counting what an operation costs, before anything is asked for: each field's weight, and the weights of all that is below it as often as
 * its list may be long. Where a type is not known yet, the dearest counts. What is below a root field is counted once for as long as it is the same object.
 */
export function openCostOf(costs: Model['costs']): (fields: readonly SelectedField[]) => number {
  const known = new WeakMap<SelectedField['below'], Below>();
  const costOfAll = (fields: readonly SelectedField[]): number => fields.reduce((sum, field) => sum + costOf(field), 0);
  const belowOf = ({ below }: SelectedField, sized: readonly string[]): Below => {
    if (below.size === 0) return nothing;
    let found = known.get(below);
    if (found === undefined) {
      let [once, each] = [0, 0];
      for (const fields of below.values()) {
        once = Math.max(once, costOfAll(fields.filter(({ name }) => !sized.includes(name))));
        each = Math.max(each, fields.filter(({ name }) => sized.includes(name)).reduce((sum, field) => sum + itemCost(field), 0));
      }
      known.set(below, found = { once, each });
    }
    return found;
  };
  /** Of one item of a list that is sized from above. */
  const itemCost = (field: SelectedField): number => {
    const { weight, item, sized } = costs.get(field.at) ?? free;
    return weight + item + belowOf(field, sized).once;
  };
  const costOf = (field: SelectedField): number => {
    const cost = costs.get(field.at) ?? free;
    const { once, each } = belowOf(field, cost.sized);
    const size = sizeOf(cost, field);
    return cost.sized.length > 0 ? cost.weight + cost.item + once + size * each : cost.weight + size * (cost.item + once);
  };
  return costOfAll;
}

/** How long a field's list may be: by the argument that says so (a number, or a list of as many), else by what is assumed. */
function sizeOf({ size, slicing }: FieldCost, { arguments: given }: SelectedField): number {
  for (const name of slicing) {
    const value = given[name];
    if (typeof value === 'number') return Math.max(0, value);
    if (Array.isArray(value)) return value.length;
  }
  return size;
}
