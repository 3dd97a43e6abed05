import {
  getNamedType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType, isObjectType, isRequiredArgument, isRequiredInputField,
  type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLSchema,
} from 'graphql';
import type { Choices } from './choices.ts';

/** A document, and what is sent with it. */
export interface Made {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Names under which somebody may be known: numbers, addresses, ids. */
export type Names = readonly [string, ...string[]];

const deepest = 7;
const oddTexts = ['', ' ', '0', '-1', '\u0000', '\ud800', '__proto__', '../..', '%2e%2e', "' OR 1=1 --", '{"$ne":null}', '9'.repeat(300), 'é'.repeat(50), '2026-02-30', 'http://127.0.0.1:1/'] as const;
const oddNumbers = [-1, 0, 1e308, 2 ** 53, -(2 ** 31), 0.1, 1e9] as const;

/**
 * Makes a document over a schema, mostly one that it accepts: any of its fields, arguments of their types and next to them, through aliases,
 * fragments, directives and variables.
 */
export function someDocument(choices: Choices, schema: GraphQLSchema, names: Names): Made {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  let aliases = 0;

  const asVariable = (type: string, value: unknown): string => {
    const name = `v${declared.length}`;
    declared.push(`$${name}: ${type}`);
    // One that is not given is an input, too.
    if (!choices.once(20)) variables[name] = choices.once(20) ? oddOf(choices) : value;
    return `$${name}`;
  };
  const argument = (type: GraphQLInputType): string => {
    const value = valueOf(choices, type, names, 0);
    return choices.once(3) ? asVariable(choices.once(25) ? 'String' : String(type), value) : literal(value, type);
  };
  const directive = (): string => {
    if (!choices.once(12)) return '';
    if (choices.once(6)) return ' @nothing';
    return ` @${choices.pick(['include', 'skip'])}(if: ${choices.once(3) ? asVariable('Boolean!', choices.once(2)) : choices.pick(['true', 'false', 'null'])})`;
  };
  const field = (one: GraphQLField<unknown, unknown>, depth: number): string => {
    const alias = choices.once(5) ? `${choices.once(10) ? one.name : `a${aliases++}`}: ` : '';
    const given = one.args.filter((each) => isRequiredArgument(each) ? !choices.once(40) : choices.once(2)).map((each) => `${each.name}: ${argument(each.type)}`);
    const named = getNamedType(one.type);
    const below = isCompositeType(named) && !choices.once(60) ? ` ${selection(named, depth + 1)}` : '';
    return `${alias}${one.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${directive()}${below}`;
  };
  const selection = (type: GraphQLCompositeType, depth: number): string => {
    const all = 'getFields' in type ? Object.values(type.getFields()) : [];
    const open = depth < deepest ? all : all.filter((one) => isLeafType(getNamedType(one.type)));
    // Structure alone would say nothing of what is below.
    const through = all.filter(({ name }) => name === 'edges' || name === 'node');
    const parts = Array.from({ length: 1 + choices.int(depth === 1 ? 2 : 4) }, () => {
      const one = through.length > 0 && depth < deepest + 2 && !choices.once(4) ? through[0] : choices.maybe(open);
      const text = one === undefined ? '__typename' : field(one, depth);
      if (choices.once(15)) return `... ${choices.once(2) ? `on ${type.name} ` : ''}{ ${text} }`;
      if (!choices.once(20)) return text;
      fragments.push(`fragment F${fragments.length} on ${type.name} { ${text} }`);
      return `...F${fragments.length - 1}`;
    });
    if (isAbstractType(type) && depth < deepest) {
      const member = choices.maybe(schema.getPossibleTypes(type));
      if (member !== undefined) parts.push(`... on ${member.name} ${selection(member, depth + 1)}`);
    }
    if (choices.once(50)) parts.push(choices.pick(['salary', '...Nowhere', '__schema { types { name } }', '__type(name: "Customer") { fields { name } }']));
    return `{ ${parts.join(' ')} }`;
  };

  const kind = choices.once(7) ? 'mutation' : 'query';
  const root = kind === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const body = isObjectType(root) ? selection(root, 1) : '{ __typename }';
  const name = choices.once(4) ? ' Named' : '';
  return { query: [`${kind}${name}${declared.length > 0 ? ` ${name === '' ? '' : ' '}(${declared.join(', ')})` : ''} ${body}`, ...fragments].join('\n'), variables };
}

/** Something that no input expects. */
export function oddOf(choices: Choices): unknown {
  return choices.pick<() => unknown>([() => null, () => choices.pick(oddTexts), () => choices.pick(oddNumbers), () => [], () => ({}), () => [null], () => ({ __proto__: 1, constructor: [] }), () => true])();
}

/** A value of an input type, mostly. */
function valueOf(choices: Choices, type: GraphQLInputType, names: Names, depth: number): unknown {
  if (choices.once(30)) return oddOf(choices);
  if (isNonNullType(type)) return valueOf(choices, type.ofType, names, depth);
  if (isListType(type)) return Array.from({ length: choices.once(10) ? 0 : 1 + choices.int(4) }, () => valueOf(choices, type.ofType, names, depth + 1));
  if (isEnumType(type)) return choices.maybe(type.getValues())?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    // Of a @oneOf input, exactly one.
    if (type.isOneOf) {
      const one = choices.maybe(fields);
      return one === undefined ? {} : { [one.name]: valueOf(choices, one.type, names, depth + 1) };
    }
    return Object.fromEntries(fields.filter((one) => depth < 4 && (isRequiredInputField(one) || choices.once(3))).map((one) => [one.name, valueOf(choices, one.type, names, depth + 1)]));
  }
  switch (type.name) {
    case 'Boolean': return choices.once(2);
    case 'Int': return choices.once(8) ? choices.pick(oddNumbers) : 1 + choices.int(5);
    case 'Float': return choices.int(1000) / 7;
    case 'DateTime': return choices.pick(['2026-01-02T03:04:05Z', '2030-01-01T00:00:00Z', '1970-01-01T00:00:00.001+14:00']);
    case '_Any': return { __typename: choices.pick(['Customer', 'Customer', 'Order']), [choices.pick(['number', 'id'])]: choices.pick(names) };
    default: return choices.once(6) ? choices.pick(oddTexts) : choices.pick(names);
  }
}

function literal(value: unknown, type: GraphQLInputType): string {
  const named = isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, isListType(named) ? named.ofType : named)).join(', ')}]`;
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return isEnumType(named) && typeof value === 'string' && /^\w+$/.test(value) ? value : JSON.stringify(value);
  const fields = isInputObjectType(named) ? named.getFields() : {};
  return `{ ${Object.entries(value).map(([name, one]) => `${name}: ${fields[name] === undefined ? JSON.stringify(one) : literal(one, fields[name].type)}`).join(', ')} }`;
}
