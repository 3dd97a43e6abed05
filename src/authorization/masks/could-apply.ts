import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** A field as policies see it. */
export interface FieldFacts {
  readonly field: string;
  readonly dataClass: string;
}

/**
 * Whether a policy could apply to a field, whoever asks and for whatever: false only if it certainly never does. Conditions are
 * weighed by Kleene's logic, in which all but what is said of the resource is unknown.
 */
export function couldApply({ resource, conditions }: PolicyJson, field: FieldFacts): boolean {
  const weighed = conditions.map(({ kind, body }) => {
    const holds = weigh(body, field);
    return kind === 'unless' ? not(holds) : holds;
  });
  return [scopeHolds(resource, field), ...weighed].every((holds) => holds !== false);
}

/** Undefined is unknown. */
type Weight = boolean | undefined;

function scopeHolds(resource: PolicyJson['resource'], field: FieldFacts): Weight {
  if ('entity' in resource) return isWithin(resource.entity, field);
  return resource.op === 'All' ? true : undefined;
}

function weigh(node: unknown, field: FieldFacts): Weight {
  if (node === null || typeof node !== 'object') return undefined;
  const [[operator, operands] = ['', undefined]] = Object.entries(node) as [string, unknown][];
  if (operator === 'Value') return typeof operands === 'boolean' ? operands : undefined;
  const { left, right, arg, ...branches } = (operands ?? {}) as Readonly<Record<string, unknown>>;
  switch (operator) {
    case '&&': return both(weigh(left, field), weigh(right, field));
    case '||': return not(both(not(weigh(left, field)), not(weigh(right, field))));
    case '!': return not(weigh(arg, field));
    case 'if-then-else': {
      const condition = weigh(branches['if'], field);
      if (condition !== undefined) return weigh(branches[condition ? 'then' : 'else'], field);
      const [yes, no] = [weigh(branches['then'], field), weigh(branches['else'], field)];
      return yes === no ? yes : undefined;
    }
    case '==':
    case 'in': return weighMembership(left, right, field);
    default: return undefined;
  }
}

/** Of `resource in …` and `resource == …`; anything else is unknown. */
function weighMembership(left: unknown, right: unknown, field: FieldFacts): Weight {
  const isResource = left !== null && typeof left === 'object' && 'Var' in left && left.Var === 'resource';
  const entities = isResource ? entitiesIn(right) : undefined;
  if (entities === undefined) return undefined;
  const within = entities.map((entity) => isWithin(entity, field));
  return within.includes(true) ? true : within.includes(undefined) ? undefined : false;
}

function entitiesIn(node: unknown): readonly unknown[] | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  if ('Set' in node && Array.isArray(node.Set)) {
    const items = node.Set.map(entitiesIn);
    return items.every((one) => one !== undefined) ? items.flat() : undefined;
  }
  if (!('Value' in node)) return undefined;
  return (Array.isArray(node.Value) ? node.Value : [node.Value]).map((one: unknown) =>
    (one !== null && typeof one === 'object' && '__entity' in one ? one.__entity : one));
}

/** Whether the field is or lies in an entity; of a purpose that depends on the registry. */
function isWithin(entity: unknown, { field, dataClass }: FieldFacts): Weight {
  if (entity === null || typeof entity !== 'object' || !('type' in entity) || !('id' in entity)) return undefined;
  switch (entity.type) {
    case 'Field': return entity.id === field;
    case 'DataClass': return entity.id === dataClass;
    case 'Type': return entity.id === field.split('.')[0];
    default: return undefined;
  }
}

function both(one: Weight, other: Weight): Weight {
  if (one === false || other === false) return false;
  return one === undefined || other === undefined ? undefined : true;
}

function not(weight: Weight): Weight {
  return weight === undefined ? undefined : !weight;
}
