import { getNamedType, isAbstractType, isCompositeType, isLeafType, type GraphQLCompositeType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { inlineText, type Argument, type Fragment, type Piece, type Selected } from './pieces.ts';
import { someId, someKey, someKeys, someListArguments, someRepresentation, type Keys } from './keys.ts';
import type { Random } from './random.ts';
import type { SchemaText } from './schema-text.ts';

/** A document as it is built: what it selects, and what it takes to write it down. */
export interface Draft {
  readonly roots: readonly Piece[];
  readonly fragments: readonly Fragment[];
  readonly variables: ReadonlyMap<string, { readonly type: string; readonly value: unknown }>;
}

/** Fields below the root fields of one document, about. */
const size = 22;
const deepest = 10;

/** What a document is made over. */
export interface Ground {
  readonly schema: GraphQLSchema;
  readonly text: SchemaText;
  readonly keys: Keys;
  /** The data classes that it asks for. */
  readonly theme: ReadonlySet<string>;
}

/** Makes a random document: whatever GraphQL lets one write to say the same in another way. */
export function someDocument(random: Random, { schema, text, keys, theme }: Ground): Draft {
  const fragments: Fragment[] = [];
  const variables = new Map<string, { readonly type: string; readonly value: unknown }>();
  /** Arguments of what bears its own name, so that two selections of it can be merged. */
  const plain = new Map<string, Selected['arguments']>();
  let [left, aliases] = [size, 0];

  const asArgument = (type: string, value: unknown): Argument => {
    if (!random.chance(0.3)) return { value, text: inlineText(value, type) };
    const name = `v${variables.size}`;
    variables.set(name, { type, value });
    return { value, text: `$${name}` };
  };
  const condition = (): Pick<Piece, 'included' | 'directives'> => {
    if (!random.chance(0.12)) return { included: true, directives: '' };
    const [directive, value] = [random.pick(['skip', 'include']), random.chance(0.5)];
    return { included: (directive === 'include') === value, directives: ` @${directive}(if: ${asArgument('Boolean!', value).text})` };
  };
  const argumentsOf = (at: string, field: GraphQLField<unknown, unknown>): Selected['arguments'] => {
    if (at === 'Query.customer') return { by: asArgument('CustomerKey!', someKey(random, keys)) };
    if (at === 'Query.customersBy') return { keys: asArgument('[CustomerKey!]!', someKeys(random, keys)) };
    if (at === 'Query.node') return { id: asArgument('ID!', someId(random, keys)) };
    if (at === 'Query.nodes') return { ids: asArgument('[ID!]!', Array.from({ length: random.int(5) }, () => someId(random, keys))) };
    if (at === 'Query._entities') return { representations: asArgument('[_Any!]!', Array.from({ length: random.int(5) }, () => someRepresentation(random, keys))) };
    if (at === 'Query.customers') {
      const types = { first: 'Int!', where: 'CustomerFilter', orderBy: 'CustomerOrder' };
      return Object.fromEntries(Object.entries(someListArguments(random, keys)).map(([name, value]) => [name, asArgument(types[name as keyof typeof types], value)]));
    }
    if (!field.args.some(({ name }) => name === 'first') || random.chance(0.4)) return {};
    return { first: asArgument('Int!', random.pick([1, 1, 2, 3, 5, 20, 0])) };
  };
  const fieldOf = (parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>, depth: number): readonly Piece[] => {
    left -= 1;
    const at = `${parent.name}.${field.name}`;
    const aliased = random.chance(parent.name === 'Query' ? 0.9 : 0.2);
    const given = (aliased ? undefined : plain.get(at)) ?? argumentsOf(at, field);
    if (!aliased) plain.set(at, given);
    const named = getNamedType(field.type);
    const make = (): Selected => ({
      kind: 'field', name: field.name, alias, arguments: given, ...condition(), below: isCompositeType(named) ? selectionOf(named, depth + 1) : undefined,
    });
    const alias = aliased ? `a${aliases++}` : undefined;
    // What is selected twice under one name is selected once, with all that is below.
    return random.chance(0.08) ? [make(), make()] : [make()];
  };
  const selectionOf = (type: GraphQLCompositeType, depth: number): readonly Piece[] => {
    const pieces: Piece[] = [];
    const all = 'getFields' in type ? Object.values(type.getFields()).filter(({ name }) => theme.has(text.dataClass(`${type.name}.${name}`) ?? 'identifier')) : [];
    const structural = /(Connection|Edge)$/.test(type.name);
    const open = depth >= deepest || left <= 0 ? all.filter(({ type: of }) => isLeafType(getNamedType(of))) : all;
    const wanted = structural ? open.filter(({ name }) => name !== 'cursor' && name !== 'pageInfo' || random.chance(0.3)) : few(random, open, type.name === 'Customer' ? 5 : 3);
    for (const field of wanted) pieces.push(...wrapped(type, fieldOf(type, field, depth), depth));
    if (isAbstractType(type)) {
      for (const member of random.some(schema.getPossibleTypes(type), 0.4)) pieces.push({ kind: 'on', type: member.name, ...condition(), below: selectionOf(member, depth) });
    }
    const reused = fragments.find((one) => one.type === type.name);
    if (reused !== undefined && random.chance(0.3)) pieces.push({ kind: 'spread', fragment: reused, ...condition() });
    if (pieces.length === 0 || random.chance(0.1)) pieces.push({ kind: 'field', name: '__typename', alias: undefined, arguments: {}, included: true, directives: '', below: undefined });
    return pieces;
  };
  const wrapped = (type: GraphQLCompositeType, pieces: readonly Piece[], depth: number): readonly Piece[] => {
    if (!random.chance(0.15) || depth === 1) return pieces;
    const promised = 'getInterfaces' in type ? random.maybe(type.getInterfaces()) : undefined;
    // Through an interface that the type has, or by the type itself, or by no name at all.
    if (random.chance(0.5)) return [{ kind: 'on', type: random.chance(0.3) ? undefined : type.name, ...condition(), below: pieces }];
    const fits = promised !== undefined && pieces.every((piece) => piece.kind === 'field' && promised.getFields()[piece.name] !== undefined);
    const fragment = { name: `F${fragments.length}`, type: fits ? promised.name : type.name, below: pieces };
    fragments.push(fragment);
    return [{ kind: 'spread', fragment, ...condition() }];
  };

  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  const roots = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => {
    left = Math.max(left, 8);
    const field = query.getFields()[random.pick(['customer', 'customer', 'customer', 'customersBy', 'customersBy', 'customers', 'customers', 'node', 'nodes', '_entities', '_entities', 'me', random.chance(0.2) ? 'sources' : 'customer'])];
    return field === undefined ? [] : fieldOf(query, field, 1);
  });
  // What is selected together is then mostly the whole theme: see `Cast`.
  return { roots: random.chance(0.1) ? roots.flat() : roots.flat().map((root) => completed(root, theme)), fragments, variables };
}

/** For each data class, something that costs little. */
const fillers: Readonly<Record<string, readonly [string, string?]>> = {
  identifier: ['number'], profile: ['since'], contact: ['email'], financial: ['billing', 'currency'], behaviour: ['lifecycleStage'], special: ['care', 'since'], consent: ['objections', 'purpose'],
  lineage: ['completeness', 'status'], service: ['tickets', '__typename'],
};

function completed(root: Piece, theme: ReadonlySet<string>): Piece {
  if (root.kind !== 'field' || !['customer', 'customersBy', 'node', 'nodes', '_entities', 'me'].includes(root.name)) return root;
  const fill = (name: string, below: string | undefined): Selected => ({
    kind: 'field', name, alias: `z_${name}`, arguments: {}, included: true, directives: '', below: below === undefined ? undefined : [fill(below, undefined)],
  });
  const filled = [...theme].flatMap((one) => (fillers[one] === undefined ? [] : [fill(...fillers[one] as [string, string?])]));
  const ofCustomer: readonly Piece[] = ['node', 'nodes', '_entities'].includes(root.name) ? [{ kind: 'on', type: 'Customer', included: true, directives: '', below: filled }] : filled;
  return { ...root, below: [...(root.below ?? []), ...ofCustomer] };
}

function few<Item>(random: Random, list: readonly Item[], about: number): readonly Item[] {
  return random.some(list, Math.min(1, (about + random.int(3)) / Math.max(1, list.length)));
}
