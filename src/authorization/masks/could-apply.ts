import type { PolicyJson, ResourceConstraint } from '@cedar-policy/cedar-wasm/nodejs';
import type { Coordinate } from '../../ids.ts';

/** All that a policy can know of a field before anybody asks for it. */
export interface FieldFacts {
  readonly field: Coordinate;
  readonly dataClass: string;
}

/** Kleene's three values; undefined is what only the request can tell. */
type Truth = boolean | undefined;

const not = (one: Truth): Truth => (one === undefined ? undefined : !one);
const and = (one: Truth, other: Truth): Truth => (one === false || other === false ? false : one === undefined ? undefined : other);
const or = (one: Truth, other: Truth): Truth => not(and(not(one), not(other)));

/**
 * Whether a policy could apply to a field, whoever asks for it and why: false only where it certainly cannot. Which field, class
 * and type the resource is compared with is known; all else is unknown. An expression that fails in Cedar makes its policy not
 * apply, so that taking it for unknown is safe as well.
 */
export function couldApply({ resource, conditions }: Pick<PolicyJson, 'resource' | 'conditions'>, field: FieldFacts): boolean {
  const scope = truthOfScope(resource, field);
  return scope !== false && conditions.every(({ kind, body }) => truthOf(body, field) !== (kind === 'unless'));
}

function truthOfScope(resource: ResourceConstraint, field: FieldFacts): Truth {
  switch (resource.op) {
    case 'All': return true;
    case '==': return 'entity' in resource ? isEntity(resource.entity, field) : undefined;
    case 'in': return 'entity' in resource ? isWithin(resource.entity, field) : undefined;
    case 'is': {
      const inside = resource.in === undefined ? true : 'entity' in resource.in ? isWithin(resource.in.entity, field) : undefined;
      return and(resource.entity_type === 'Field', inside);
    }
    default: return undefined;
  }
}

/** The truth of an expression. It is an object with one member, named for its operator; what has another form is unknown. */
function truthOf(expression: unknown, field: FieldFacts): Truth {
  const [[operator, operands] = ['', undefined]] = Object.entries(membersOf(expression));
  const { left, right, arg, if: condition, then: yes, else: no, entity_type: type, in: parent } = membersOf(operands);
  const truth = (of: unknown): Truth => truthOf(of, field);
  switch (operator) {
    case 'Value': return typeof operands === 'boolean' ? operands : undefined;
    case '&&': return and(truth(left), truth(right));
    case '||': return or(truth(left), truth(right));
    case '!': return not(truth(arg));
    case 'if-then-else': {
      const [decided, ifTrue, ifFalse] = [truth(condition), truth(yes), truth(no)];
      return decided === undefined ? ifTrue === ifFalse ? ifTrue : undefined : decided ? ifTrue : ifFalse;
    }
    case '==': return truthOfEquality(left, right, field);
    case '!=': return not(truthOfEquality(left, right, field));
    case 'in': return isResource(left) ? isWithinAny(right, field) : undefined;
    case 'is': return isResource(left) ? and(type === 'Field', parent === undefined ? true : isWithinAny(parent, field)) : undefined;
    default: return undefined;
  }
}

function truthOfEquality(left: unknown, right: unknown, field: FieldFacts): Truth {
  if (isResource(left)) return isEntity(entityOf(right), field);
  return isResource(right) ? isEntity(entityOf(left), field) : undefined;
}

function isResource(expression: unknown): boolean {
  return membersOf(expression)['Var'] === 'resource';
}

/** Whether the field is in an entity, or in one of a list of them. */
function isWithinAny(expression: unknown, field: FieldFacts): Truth {
  const { Set: items, Value: value } = membersOf(expression);
  const list = Array.isArray(items) ? items : Array.isArray(value) ? value : undefined;
  if (list === undefined) return isWithin(entityOf(expression), field);
  return list.map((item) => isWithin(entityOf(item), field)).reduce(or, false);
}

/** The entity that an expression, or a literal in a list, names. */
function entityOf(expression: unknown): unknown {
  const members = membersOf(expression);
  return membersOf('Value' in members ? members['Value'] : members)['__entity'];
}

function isEntity(entity: unknown, { field }: FieldFacts): Truth {
  const { type, id } = membersOf(entity);
  return type === 'Field' ? id === field : type === undefined ? undefined : false;
}

/** A field is in itself, in its class and in its type. */
function isWithin(entity: unknown, facts: FieldFacts): Truth {
  const { type, id } = membersOf(entity);
  switch (type) {
    case 'Field': return isEntity(entity, facts);
    case 'DataClass': return id === facts.dataClass;
    case 'Type': return id === facts.field.split('.')[0];
    default: return undefined;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}
