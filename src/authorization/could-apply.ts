import type { ActionConstraint, PolicyJson, PrincipalConstraint, ResourceConstraint } from '@cedar-policy/cedar-wasm/nodejs';
import type { Coordinate } from '../ids.ts';
import type { Question } from './decision.ts';

/** What is known of a field, and of who asks for it. */
export interface FieldFacts {
  readonly field: Coordinate;
  readonly dataClass: string;
  /** Undefined while nobody asks. */
  readonly asked?: Pick<Question, 'caller' | 'purpose' | 'action'>;
}

/** Kleene's three values; undefined is what only the request can tell. */
type Truth = boolean | undefined;

const not = (one: Truth): Truth => (one === undefined ? undefined : !one);
const and = (one: Truth, other: Truth): Truth => (one === false || other === false ? false : one === undefined ? undefined : other);
const or = (one: Truth, other: Truth): Truth => not(and(not(one), not(other)));

/**
 * Whether a policy could apply to a field: false only where it certainly cannot. Which field, class and type the resource is
 * compared with is known, and if somebody asks the action, the purpose and some of the caller; all else is unknown. An expression that fails in Cedar makes its policy not
 * apply, so that taking it for unknown is safe as well.
 */
export function couldApply({ principal, action, resource, conditions }: Omit<PolicyJson, 'effect'>, field: FieldFacts): boolean {
  const scope = [truthOfPrincipal(principal, field), truthOfAction(action, field), truthOfScope(resource, field)].reduce(and);
  return scope !== false && conditions.every(({ kind, body }) => truthOf(body, field) !== (kind === 'unless'));
}

function truthOfPrincipal(principal: PrincipalConstraint, field: FieldFacts): Truth {
  if (principal.op === 'All') return true;
  return principal.op === 'in' && 'entity' in principal ? isInRole({ __entity: principal.entity }, field) : undefined;
}

function truthOfAction(action: ActionConstraint, field: FieldFacts): Truth {
  if (action.op === 'All') return true;
  const named = 'entity' in action ? [action.entity] : 'entities' in action ? action.entities : undefined;
  return named?.map((entity) => isAction({ __entity: entity }, field)).reduce(or, false);
}

function truthOfScope(resource: ResourceConstraint, field: FieldFacts): Truth {
  switch (resource.op) {
    case 'All': return true;
    case '==': return 'entity' in resource ? isEntity({ __entity: resource.entity }, field) : undefined;
    case 'in': return 'entity' in resource ? isWithin({ __entity: resource.entity }, field) : undefined;
    case 'is': {
      const inside = resource.in === undefined ? true : 'entity' in resource.in ? isWithin({ __entity: resource.in.entity }, field) : undefined;
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
    case 'in': {
      const within = isVar(left, 'resource') ? isWithin : isVar(left, 'principal') ? isInRole : isVar(left, 'action') ? isAction : undefined;
      return within && isWithinAny(right, field, within);
    }
    case 'contains': return isOf(left, 'principal', 'scopes') ? isScope(right, field) : undefined;
    case 'is': return isVar(left, 'resource') ? and(type === 'Field', parent === undefined ? true : isWithinAny(parent, field, isWithin)) : undefined;
    default: return undefined;
  }
}

function truthOfEquality(left: unknown, right: unknown, field: FieldFacts): Truth {
  return [[left, right], [right, left]].map(([one, other]): Truth => {
    if (isVar(one, 'resource')) return isEntity(literalOf(other), field);
    if (isVar(one, 'action')) return isAction(literalOf(other), field);
    return isOf(one, 'context', 'purpose') ? isPurpose(literalOf(other), field) : undefined;
  }).find((truth) => truth !== undefined);
}

function isVar(expression: unknown, name: string): boolean {
  return membersOf(expression)['Var'] === name;
}

/** True for an attribute of a variable, such as `context.purpose`. */
function isOf(expression: unknown, name: string, attribute: string): boolean {
  const { left, attr } = membersOf(membersOf(expression)['.']);
  return isVar(left, name) && attr === attribute;
}

/** Whether something is in an entity, or in one of a list of them. */
function isWithinAny(expression: unknown, field: FieldFacts, within: (literal: unknown, field: FieldFacts) => Truth): Truth {
  const { Set: items, Value: value } = membersOf(expression);
  const list = Array.isArray(items) ? items : Array.isArray(value) ? value : undefined;
  if (list === undefined) return within(literalOf(expression), field);
  return list.map((item) => within(literalOf(item), field)).reduce(or, false);
}

/** The literal that an expression, or a member of a list, is. */
function literalOf(expression: unknown): unknown {
  const members = membersOf(expression);
  return 'Value' in members ? members['Value'] : expression;
}

/** The id of an entity of a type; undefined for what else there may be. */
function idOf(literal: unknown, of: string): string | undefined {
  const { type, id } = membersOf(membersOf(literal)['__entity']);
  return type === of && typeof id === 'string' ? id : undefined;
}

function isPurpose(literal: unknown, { asked }: FieldFacts): Truth {
  const id = idOf(literal, 'Purpose');
  return asked === undefined || id === undefined ? undefined : id === asked.purpose;
}

function isAction(literal: unknown, { asked }: FieldFacts): Truth {
  const id = idOf(literal, 'Action');
  return asked === undefined || id === undefined ? undefined : id === asked.action;
}

function isInRole(literal: unknown, { asked }: FieldFacts): Truth {
  const id = idOf(literal, 'Role');
  return asked === undefined || id === undefined ? undefined : asked.caller.roles.includes(id);
}

function isScope(expression: unknown, { asked }: FieldFacts): Truth {
  const text = literalOf(expression);
  return asked === undefined || typeof text !== 'string' ? undefined : asked.caller.scopes.includes(text);
}

function isEntity(literal: unknown, { field }: FieldFacts): Truth {
  const { type, id } = membersOf(membersOf(literal)['__entity']);
  return type === 'Field' ? id === field : type === undefined ? undefined : false;
}

/** A field is in itself, in its class and in its type. */
function isWithin(literal: unknown, facts: FieldFacts): Truth {
  const { type, id } = membersOf(membersOf(literal)['__entity']);
  switch (type) {
    case 'Field': return isEntity(literal, facts);
    case 'DataClass': return id === facts.dataClass;
    case 'Type': return id === facts.field.split('.')[0];
    default: return undefined;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}
